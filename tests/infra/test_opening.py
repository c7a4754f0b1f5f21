"""What is said at the end of a deployment: what to open, and what it costs."""

import re

from infra import ROOT
from infra.costs import idle_cost
from infra.opening import opening
from tests.infra.conftest import Synthesized

OUTPUTS = {"DistributionDomainName": "d1.cloudfront.net", "ApiId": "x"}


def test_the_base_url_the_documentation_and_the_price_are_told(aws: Synthesized) -> None:
    told = opening({"staging": {**OUTPUTS, "BaseUrl": "https://d1.cloudfront.net"}}, aws.template)
    assert told.splitlines()[0] == "staging is ready at https://d1.cloudfront.net"
    assert "https://d1.cloudfront.net/docs" in told
    assert f"${idle_cost(aws.template):.2f} a month" in told
    assert "CNAME" not in told


def test_a_domain_of_ones_own_has_to_lead_there(aws: Synthesized) -> None:
    told = opening({"staging": {**OUTPUTS, "BaseUrl": "https://images.example.org"}}, aws.template)
    assert told.splitlines()[0] == "staging is ready at https://images.example.org"
    assert told.splitlines()[-1].endswith("d1.cloudfront.net")


def test_the_readme_names_the_price_of_the_template(aws: Synthesized) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"An idle deployment costs about \$([0-9.]+) a month", text)
    assert int(said) == round(idle_cost(aws.template))


def test_each_of_what_stands_there_costs(aws: Synthesized) -> None:
    more = {**aws.template["Resources"], "Another": {"Type": "AWS::KMS::Key"}}
    assert idle_cost({"Resources": more}) - idle_cost(aws.template) == 1.00
    assert idle_cost({"Resources": {}}) == 0
