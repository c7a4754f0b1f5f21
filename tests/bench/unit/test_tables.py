from tests.bench.tables import Table, markdown


def test_a_table_is_a_section_of_a_document() -> None:
    table = Table("Times", ["case", "ours"], [["a | b", "1.0"], ["c", "2.0"]], "Medians.")
    assert (
        markdown(table) == "### Times\n\nMedians.\n\n| case | ours |\n| --- | --- |\n| a \\| b | 1.0 |\n| c | 2.0 |\n"
    )


def test_without_a_remark_the_table_follows_its_title() -> None:
    assert markdown(Table("Times", ["case"], [])) == "### Times\n\n| case |\n| --- |\n"
