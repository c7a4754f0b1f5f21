"""What is said at the end of a deployment: what to open, and what it costs."""

import json
import re
import sys
from pathlib import Path

import pytest

from infra import ROOT
from infra.costs import idle_cost
from infra.opening import main, opening
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


@pytest.mark.parametrize("page", ["README.md", "docs/costs.md"])
def test_the_pages_name_the_price_of_the_template(aws: Synthesized, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    (said,) = re.findall(r"An idle deployment costs about \$([0-9.]+) a month", text)
    assert int(said) == round(idle_cost(aws.template))


def test_each_of_what_stands_there_costs(aws: Synthesized) -> None:
    more = {**aws.template["Resources"], "Another": {"Type": "AWS::KMS::Key"}}
    assert round(idle_cost({"Resources": more}) - idle_cost(aws.template), 2) == 1.00
    assert idle_cost({"Resources": {}}) == 0


def test_an_alarm_costs_as_much_as_its_metrics() -> None:
    watched = [{"Expression": "a+b"}, {"Id": "a", "MetricStat": "a"}, {"Id": "b", "MetricStat": "b"}]
    summed = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": watched}}
    plain = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "a"}}
    assert round(idle_cost({"Resources": {"Summed": summed, "Plain": plain}}), 2) == 0.30


def test_it_is_read_from_what_the_cdk_has_written(
    aws: Synthesized, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cdk.out").symlink_to(aws.folder)
    outputs = {"Constellation": {**OUTPUTS, "BaseUrl": "https://images.example.org"}}
    (tmp_path / "deployed.json").write_text(json.dumps(outputs))
    monkeypatch.setattr(sys, "argv", ["opening", "deployed.json"])
    main()
    assert capsys.readouterr().out == opening(outputs, aws.template) + "\n"
