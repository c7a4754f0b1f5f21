"""The template for AWS: least rights, nothing left to a default that we do not want, and room to grow."""

import json
import re
from collections import Counter
from typing import Any, cast

from constellation.aws.resources import ARRIVALS, BUCKETS, INDEXES, INDEXING, QUEUES, TABLES, Grant
from constellation.common import observability
from constellation.common.settings import REQUEST_LIMIT, Settings
from constellation.images.sources import DAMAGED
from constellation.imaging import ALLOCATOR
from constellation.runtime.authorizer import CACHE_SECONDS
from constellation.runtime.chains import STOPPED
from constellation.runtime.consumer import Consumer
from infra import ROOT, flows, layers
from infra.discovery import Application
from infra.edge import api_code, console_code, function_code, iiif_code, private_code
from infra.gateway import too_large
from tests.infra.conftest import SETTINGS, WRITERS, Synthesized
from tests.support.cors import EXPOSED
from tests.support.edge import running_edge

TOO_LARGE = "The file is too large for a direct upload (more than 4.5 MB). Use POST /api/uploads for files up to 50 MB."
SECRET = "AWS::SecretsManager::Secret"
TASKS = {"EnterOldFilesFunction", "PurgeCdnFunction", "ReconcileFunction", "RecountListFunction"}
EXACT_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z]+")


def test_cfn_lint_finds_nothing(aws: Synthesized) -> None:
    assert aws.mistakes() == []


def test_cdk_nag_finds_nothing_without_a_reason(aws: Synthesized) -> None:
    assert aws.findings == ""


def test_every_folder_is_one_function_on_the_python_of_its_layers(aws: Synthesized, application: Application) -> None:
    functions = aws.resources("AWS::Lambda::Function")
    assert len(functions) == len(application.functions)
    for function in functions.values():
        assert function["Runtime"] == f"python{layers.LAMBDA_PYTHON}"
        assert function["Architectures"] == ["arm64"]
        assert function["Handler"] == "handler.handler"


def test_memory_timeout_and_layers_are_the_declared_ones(aws: Synthesized, application: Application) -> None:
    functions = aws.resources("AWS::Lambda::Function")
    for function in application.functions:
        made = _of(function.construct_id, functions)
        assert (made["MemorySize"], made["Timeout"]) == (function.declaration.memory, function.declaration.timeout)
        named = [layer["Ref"] for layer in made["Layers"]]
        assert {name.removeprefix("Functions").partition("Layer")[0].lower() for name in named} == set(function.layers)


def test_every_policy_names_exact_actions_and_resources(aws: Synthesized, application: Application) -> None:
    roles = aws.resources("AWS::IAM::Role")
    for function in application.functions:
        role = _of(function.construct_id, roles)
        assert "ManagedPolicyArns" not in role
        (policy,) = role["Policies"]
        allowed: Counter[tuple[str, str]] = Counter()
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in _listed(statement["Action"]):
                assert EXACT_ACTION.fullmatch(action), action
                for resource in _listed(statement["Resource"]):
                    allowed[action, _owner(resource)] += 1
        granted = {(action, _granted(grant)) for grant in function.declaration.grants for action in grant.actions}
        granted |= {(f"logs:{verb}", "log") for verb in ("CreateLogStream", "PutLogEvents")}
        if isinstance(function.declaration, Consumer):
            queue = _granted(Grant(function.declaration.queue, ()))
            granted |= {(f"sqs:{verb}", queue) for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
        assert set(allowed) == granted
        assert "AWS::IAM::Policy" not in {resource["Type"] for resource in aws.template["Resources"].values()}


def test_no_policy_is_about_everything(aws: Synthesized) -> None:
    for role in aws.resources("AWS::IAM::Role").values():
        for policy in role.get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"]:
                assert "*" not in _listed(statement["Resource"])


def test_object_rights_are_on_objects(aws: Synthesized) -> None:
    """An object action on the bucket's own ARN would allow nothing."""
    for role in aws.resources("AWS::IAM::Role").values():
        for policy in role.get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = [action for action in _listed(statement["Action"]) if action.startswith("s3:")]
                for resource in _listed(statement["Resource"]) if actions else ():
                    lists = {action.startswith("s3:ListBucket") for action in actions}
                    assert {"Fn::Join" not in resource} == lists, statement


def test_the_environment_names_what_is_granted_and_nothing_else(aws: Synthesized, application: Application) -> None:
    functions = aws.resources("AWS::Lambda::Function")
    for function in application.functions:
        variables = _of(function.construct_id, functions)["Environment"]["Variables"]
        granted = {grant.resource.variable for grant in function.declaration.grants}
        allocator = set(ALLOCATOR) if "imaging" in function.layers else set[str]()
        secrets = {"ORIGIN_SECRETS"} if function.shares_secrets else set[str]()
        kinds = {grant.resource.kind for grant in function.declaration.grants}
        suffix = {"URL_SUFFIX"} if kinds & {"table", "key"} else set[str]()
        assert set(variables) == granted | allocator | secrets | suffix | {"SETTINGS", observability.NAMESPACE}
        assert variables[observability.NAMESPACE] == "Constellation"
        assert variables.get("URL_SUFFIX", {"Ref": "AWS::URLSuffix"}) == {"Ref": "AWS::URLSuffix"}
        assert json.loads(variables["SETTINGS"]) == SETTINGS


def test_the_functions_log_to_one_group_that_forgets(aws: Synthesized) -> None:
    groups = aws.resources("AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == 30 for group in groups.values())
    logging = [function["LoggingConfig"] for function in aws.resources("AWS::Lambda::Function").values()]
    (used,) = {each["LogGroup"]["Ref"] for each in logging}
    assert used in groups
    assert {each["LogFormat"] for each in logging} == {"JSON"}  # which function it was is in each line
    assert len(groups) == 2  # the other is the API's access log


def test_nothing_is_traced(aws: Synthesized) -> None:
    assert all("TracingConfig" not in function for function in aws.resources("AWS::Lambda::Function").values())
    (stage,) = aws.resources("AWS::ApiGateway::Stage").values()
    assert not stage.get("TracingEnabled")


def test_every_route_calls_its_function_and_nothing_else_is_routed(aws: Synthesized, application: Application) -> None:
    routes = {
        (endpoint.path, method.lower()): function.construct_id
        for function in application.endpoints
        for endpoint in (function.declaration,)
        for method in endpoint.methods
    }
    made = {(path, method): each for path, methods in _body(aws)["paths"].items() for method, each in methods.items()}
    assert made.keys() == routes.keys()
    for route, operation in made.items():
        integration = operation["x-amazon-apigateway-integration"]
        assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")
        assert _called(integration["uri"]) == routes[route]
        assert operation["responses"] == {}


def test_the_gateway_may_call_what_it_calls_and_nobody_else_may(aws: Synthesized, application: Application) -> None:
    """By roles, so that a route takes no resource; and by exact names, so that no other deployment's are among them."""
    called: dict[str, set[str]] = {}
    for operation in _operations(aws):
        integration = operation["x-amazon-apigateway-integration"]
        called.setdefault(_role(integration["credentials"]), set()).add(_called(integration["uri"]))
    for authorizer in _authorizers(aws).values():
        called.setdefault(_role(authorizer["authorizerCredentials"]), set()).add(_called(authorizer["authorizerUri"]))
    roles = aws.resources("AWS::IAM::Role")
    for name, functions in called.items():
        (trust,) = roles[name]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "apigateway.amazonaws.com"}
        (policy,) = roles[name]["Policies"]
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Action"]) == ("Allow", "lambda:InvokeFunction")
        assert {_of_alias(each) for each in _listed(statement["Resource"])} == functions
    permitted = {each["Principal"] for each in aws.resources("AWS::Lambda::Permission").values()}
    assert permitted == {"cloudfront.amazonaws.com", "events.amazonaws.com"}


def test_only_public_routes_go_without_an_authorizer(aws: Synthesized, application: Application) -> None:
    wanted = {
        (function.declaration.path, method.lower()): function.declaration.security
        for function in application.endpoints
        for method in function.declaration.methods
    }
    for path, methods in _body(aws)["paths"].items():
        for method, operation in methods.items():
            security = wanted[path, method]
            assert operation["security"] == ([] if security == "public" else [{security: []}])
    assert _body(aws)["components"]["securitySchemes"].keys() == set(wanted.values()) - {"public"}


def test_authorizers_are_asked_about_plausible_tokens_and_remembered_briefly(
    aws: Synthesized, application: Application
) -> None:
    made = _authorizers(aws)
    assert made.keys() == application.authorizers.keys()
    for security, function in application.authorizers.items():
        authorizer = made[security]
        assert authorizer["type"] == "token"
        assert _called(authorizer["authorizerUri"]) == function.construct_id
        assert authorizer["identityValidationExpression"] == function.declaration.pattern
        assert authorizer["authorizerResultTtlInSeconds"] == CACHE_SECONDS <= 30
    for scheme in _body(aws)["components"]["securitySchemes"].values():
        assert (scheme["type"], scheme["name"], scheme["in"]) == ("apiKey", "Authorization", "header")
        assert scheme["x-amazon-apigateway-authtype"] == "custom"


def test_a_changed_definition_is_imported_as_a_whole_and_is_a_new_deployment(
    aws: Synthesized, local: Synthesized, rotating: Synthesized
) -> None:
    """The stage goes on with what it has; CloudFormation makes a new deployment for a new name only."""
    apis = [each.resources("AWS::ApiGateway::RestApi") for each in (aws, local, rotating)]
    deployments = [list(each.resources("AWS::ApiGateway::Deployment")) for each in (aws, local, rotating)]
    ((name, api),) = apis[0].items()
    assert (name, api["Mode"]) == ("ApiRest4DEC74FE", "overwrite")
    assert apis[2][name] == api
    assert deployments[2] == deployments[0]  # nothing of the API differs while secrets are rotated
    assert apis[1][name] != api
    assert deployments[1] != deployments[0]


def test_bytes_come_through_as_they_are(aws: Synthesized) -> None:
    (api,) = aws.resources("AWS::ApiGateway::RestApi").values()
    assert api["BinaryMediaTypes"] == _body(aws)["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_the_gateway_says_nothing_of_its_own(aws: Synthesized) -> None:
    answers: dict[str, tuple[str, dict[str, Any]]] = {}
    for kind, response in _gateway_responses(aws).items():
        body = json.loads(response["responseTemplates"]["application/json"])
        assert set(response["responseTemplates"]) == {"application/json"}
        assert str(body["status"]) == response["statusCode"]
        assert response["responseParameters"]["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert response["responseParameters"]["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
        answers[kind] = (response["statusCode"], body)
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} < set(answers)
    for kind in ("UNAUTHORIZED", "ACCESS_DENIED"):
        assert answers[kind] == ("401", {"message": "No authorization token has been supplied", "status": 401})
    for kind in ("MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND", "INVALID_SIGNATURE"):
        assert answers[kind] == ("404", {"message": "Not Found", "status": 404})
    # AWS does not let this one be customised; what is too large is refused before, by the CDN.
    assert "REQUEST_TOO_LARGE" not in answers


def test_throttled_callers_learn_when_to_return(aws: Synthesized) -> None:
    busy = [response for response in _gateway_responses(aws).values() if response["statusCode"] == "429"]
    assert busy
    for response in busy:
        assert response["responseParameters"]["gatewayresponse.header.Retry-After"] == "'1'"


def test_the_limit_in_the_cdns_answer_is_the_deployments() -> None:
    assert "up to 7.5 MB" in too_large(Settings(presigned_image_limit=7_500_000)).message


def test_tables_survive_mistakes(aws: Synthesized) -> None:
    tables = aws.template["Resources"]
    found = [resource for resource in tables.values() if resource["Type"] == "AWS::DynamoDB::Table"]
    assert len(found) == len(TABLES)
    for table in found:
        properties = table["Properties"]
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["DeletionProtectionEnabled"] is True
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
        assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"]
        # Not RetainExceptOnCreate: the rollback of a first deployment would fail on the protection.
        assert table["DeletionPolicy"] == "Retain"


def test_buckets_are_private(aws: Synthesized) -> None:
    buckets = aws.resources("AWS::S3::Bucket")
    assert len(buckets) == len(BUCKETS)
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        (ownership,) = bucket["OwnershipControls"]["Rules"]
        wanted = "BucketOwnerPreferred" if "Logs" in name else "BucketOwnerEnforced"
        assert ownership["ObjectOwnership"] == wanted


def test_what_was_deleted_is_gone_and_what_came_in_does_not_stay(aws: Synthesized) -> None:
    """Where versions are kept, a deletion and the end of a life leave markers and old versions; they go as well."""
    lives = {
        "ExpirationInDays": 1,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "ExpiredObjectDeleteMarker": True,
    }
    for name, bucket in aws.resources("AWS::S3::Bucket").items():
        rules = bucket["LifecycleConfiguration"]["Rules"]
        assert {rule["Status"] for rule in rules} == {"Enabled"}
        assert not any(rule.keys() & {"Prefix", "TagFilters"} for rule in rules)
        said = {key: value for rule in rules for key, value in rule.items() if key != "Status"}
        assert said.pop("AbortIncompleteMultipartUpload") == {"DaysAfterInitiation": 1}
        if name.startswith("StorageIncoming"):
            assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
            assert said == lives
        else:
            assert "VersioningConfiguration" not in bucket
            assert said == ({"ExpirationInDays": 30} if name.startswith("StorageLogs") else {})


def test_any_page_can_post_a_form_and_read_by_signed_urls_and_do_nothing_else(aws: Synthesized) -> None:
    reading = ["GET", "HEAD"]
    may = {"Incoming": ["POST"], "Originals": reading, "Renditions": reading, "Binaries": reading, "Console": reading}
    for name, bucket in aws.resources("AWS::S3::Bucket").items():
        rules = bucket.get("CorsConfiguration", {"CorsRules": []})["CorsRules"]
        methods = next((methods for start, methods in may.items() if name.startswith(f"Storage{start}")), None)
        wanted = {
            "AllowedHeaders": ["*"],
            "AllowedMethods": methods,
            "AllowedOrigins": ["*"],
            "ExposedHeaders": EXPOSED.split(", "),
            "MaxAge": 7200,
        }
        assert rules == ([wanted] if methods else [])


def test_who_drops_files_may_put_them_there_and_do_nothing_else(aws: Synthesized) -> None:
    (allowed,) = _allowed_by_buckets(aws, "Incoming")
    assert {key: value for key, value in allowed.items() if key not in ("Principal", "Resource")} == {
        "Action": ["s3:PutObject", "s3:ReplicateObject"],
        "Effect": "Allow",
    }
    assert allowed["Principal"] == {"AWS": WRITERS}
    assert _owner(allowed["Resource"]) == "incomingbucket/drop/*"


def test_nobody_drops_files_who_is_not_named(aws: Synthesized, local: Synthesized) -> None:
    assert _allowed_by_buckets(local, "Incoming") == []
    others = [name for name in ("Originals", "Binaries", "Logs") if _allowed_by_buckets(aws, name)]
    assert others == []


def test_tables_have_the_indexes_that_the_stores_read(aws: Synthesized) -> None:
    for name, table in aws.resources("AWS::DynamoDB::Table").items():
        wanted = {
            index.name: ([index.partition, index.sort], sorted(index.includes))
            for resource, indexes in INDEXES.items()
            for index in indexes
            if name.startswith(f"Storage{resource.name.capitalize()}Table")
        }
        made = table.get("GlobalSecondaryIndexes", [])
        assert wanted == {
            index["IndexName"]: (
                [key["AttributeName"] for key in index["KeySchema"]],
                sorted(index["Projection"].get("NonKeyAttributes", [])),
            )
            for index in made
        }
        for index in made:
            kind = "INCLUDE" if "NonKeyAttributes" in index["Projection"] else "KEYS_ONLY"
            assert index["Projection"]["ProjectionType"] == kind


def test_a_message_that_fails_again_and_again_is_kept_and_told_of(aws: Synthesized) -> None:
    queues = aws.resources("AWS::SQS::Queue")
    redrives = {name: queue["RedrivePolicy"] for name, queue in queues.items() if "RedrivePolicy" in queue}
    dead_letters = {redrive["deadLetterTargetArn"]["Fn::GetAtt"][0] for redrive in redrives.values()}
    assert len(redrives) == len(dead_letters) == len(QUEUES)
    assert redrives.keys() | dead_letters == queues.keys()
    for redrive in redrives.values():
        assert redrive["maxReceiveCount"] == Consumer.attempts
        assert queues[redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]]["MessageRetentionPeriod"] == 14 * 24 * 3600
    alarms = [alarm for alarm in aws.resources("AWS::CloudWatch::Alarm").values() if "Dimensions" in alarm]
    assert {alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for alarm in alarms} == dead_letters
    for alarm in alarms:
        assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def test_functions_may_come_back_to_themselves_that_do_and_no_others(
    aws: Synthesized, local: Synthesized, application: Application
) -> None:
    """Lambda stops a chain of messages at the 17th, unless its function is said to be in a loop."""
    looping = flows.looping(application.queued)
    assert looping == {"clean_up_folder", "index_images", "clean_up_image"}
    for template in (aws, local):
        functions = template.resources("AWS::Lambda::Function")
        for function in application.functions:
            made = _of(function.construct_id, functions)
            assert made.get("RecursiveLoop") == ("Allow" if function.name in looping else None)


def test_damaged_reductions_are_told_of(aws: Synthesized) -> None:
    alarms = aws.resources("AWS::CloudWatch::Alarm").values()
    (alarm,) = (each for each in alarms if each.get("MetricName") == DAMAGED)
    assert (alarm["Namespace"], alarm["Statistic"]) == ("Constellation", "Sum")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    assert alarm["TreatMissingData"] == "notBreaching"


def test_work_that_was_stopped_is_told_of(aws: Synthesized, application: Application) -> None:
    alarms = {name: alarm for name, alarm in aws.resources("AWS::CloudWatch::Alarm").items() if "Stopped" in name}
    for alarm in alarms.values():
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
        assert alarm["TreatMissingData"] == "notBreaching"
    (chains,) = (alarm for alarm in alarms.values() if "MetricName" in alarm)
    assert (chains["Namespace"], chains["MetricName"]) == ("Constellation", STOPPED)
    sums = [alarm["Metrics"] for alarm in alarms.values() if "Metrics" in alarm]
    watched = [each["MetricStat"]["Metric"] for metrics in sums for each in metrics if "MetricStat" in each]
    assert all(len(metrics) <= 11 for metrics in sums)
    assert {(each["Namespace"], each["MetricName"]) for each in watched} == {
        ("AWS/Lambda", "RecursiveInvocationsDropped")
    }
    named = [dimension["Value"]["Ref"] for each in watched for dimension in each["Dimensions"]]
    consumers = (f"{each.construct_id}Function" for each in application.consumers)
    assert len(named) == len(application.consumers)
    assert all(any(name.startswith(consumer) for name in named) for consumer in consumers)


def test_a_message_is_hidden_for_six_times_as_long_as_its_consumer_has(aws: Synthesized) -> None:
    """Else it is delivered again to a second one, while the first is at work or was throttled."""
    hidden = {_plain(name): queue.get("VisibilityTimeout") for name, queue in aws.resources("AWS::SQS::Queue").items()}
    seconds = {ARRIVALS: 150, INDEXING: 300}
    working = {f"{queue.name.replace('_', '')}queue": 6 * seconds.get(queue, 60) for queue in QUEUES}
    assert {name: seconds for name, seconds in hidden.items() if name.endswith("queue")} == working


def test_each_queue_feeds_its_consumer(aws: Synthesized, application: Application) -> None:
    mappings = aws.resources("AWS::Lambda::EventSourceMapping")
    assert len(mappings) == len(application.consumers) == len(QUEUES)
    for consumer in application.consumers:
        mapping = _of(consumer.construct_id, mappings)
        assert _of_alias(mapping["FunctionName"]) == consumer.construct_id
        assert _owner(mapping["EventSourceArn"]) == _granted(Grant(consumer.declaration.queue, ()))
        assert mapping["BatchSize"] == consumer.declaration.batch
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_access_logs_go_from_the_cdn_through_their_bucket_to_their_queue(aws: Synthesized) -> None:
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    logging = distribution["DistributionConfig"]["Logging"]
    bucket = logging["Bucket"]["Fn::GetAtt"][0]
    assert bucket.startswith("StorageLogsBucket")
    assert (logging["Prefix"], logging.get("IncludeCookies", False)) == ("cdn/", False)
    assert _told(aws, bucket) == {"cdn/": "accesslogsqueue"}


def test_the_edge_functions_of_pictures_ask_the_store_of_what_is_hidden(aws: Synthesized) -> None:
    ((store, _),) = aws.resources("AWS::CloudFront::KeyValueStore").items()
    asking = [
        function["FunctionConfig"]["KeyValueStoreAssociations"]
        for function in aws.resources("AWS::CloudFront::Function").values()
        if "cf.kvs()" in function["FunctionCode"]
    ]
    assert asking == [[{"KeyValueStoreARN": {"Fn::GetAtt": [store, "Arn"]}}]] * 2


def test_the_cdn_forgets_by_tags_and_shows_them_to_nobody(aws: Synthesized) -> None:
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    assert config["CacheTagConfig"] == {"HeaderName": "x-amz-meta-cache-tag"}
    policies = aws.resources("AWS::CloudFront::ResponseHeadersPolicy")
    for behavior in config["CacheBehaviors"]:
        policy = policies[behavior["ResponseHeadersPolicyId"]["Ref"]]["ResponseHeadersPolicyConfig"]
        removed = {"*.*": ["x-amz-meta-cache-tag", "Vary"], ".auto*": ["x-amz-meta-cache-tag"]}
        for end, names in removed.items():
            if behavior["PathPattern"].endswith(end):
                assert policy["RemoveHeadersConfig"] == {"Items": [{"Header": name} for name in names]}


def test_links_that_vary_come_before_those_that_do_not_and_are_cached_alike(aws: Synthesized) -> None:
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    behaviors = distribution["DistributionConfig"]["CacheBehaviors"]
    assert [behavior["PathPattern"] for behavior in behaviors[:4]] == [
        "/image/*.auto*",
        "/api/image/*.auto*",
        "/image/*.*",
        "/api/image/*.*",
    ]
    alike = ("CachePolicyId", "FunctionAssociations", "AllowedMethods")
    assert all(
        {name: behavior[name] for name in alike} == {name: behaviors[0][name] for name in alike}
        for behavior in behaviors[:4]
    )


def test_what_is_posted_and_what_is_dropped_is_told_of_and_no_report(aws: Synthesized) -> None:
    (bucket,) = [name for name in aws.resources("AWS::S3::Bucket") if name.startswith("StorageIncoming")]
    assert _told(aws, bucket) == {"incoming/": "arrivalsqueue", "drop/": "arrivalsqueue"}


def test_only_two_buckets_tell_of_their_objects(aws: Synthesized) -> None:
    telling = [
        name for name, bucket in aws.resources("AWS::S3::Bucket").items() if "NotificationConfiguration" in bucket
    ]
    assert sorted(map(_plain, telling)) == ["incomingbucket", "logsbucket"]


def test_only_the_buckets_of_this_account_may_send_without_a_role(aws: Synthesized) -> None:
    policies = aws.resources("AWS::SQS::QueuePolicy").values()
    assert len(policies) == 2 * len(QUEUES)
    allowing = [
        statement
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert sorted(_owner(allowed["Resource"]) for allowed in allowing) == ["accesslogsqueue", "arrivalsqueue"]
    for allowed in allowing:
        assert allowed["Action"] == "sqs:SendMessage"
        assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
        assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_what_has_a_schedule_is_started_by_it_and_nothing_else_is(aws: Synthesized, application: Application) -> None:
    rules = aws.resources("AWS::Events::Rule")
    scheduled = {task.construct_id: task.declaration.every for task in application.tasks if task.declaration.every}
    assert len(rules) == len(scheduled) == 2
    permissions = [
        each
        for each in aws.resources("AWS::Lambda::Permission").values()
        if each["Principal"] == "events.amazonaws.com"
    ]
    assert len(permissions) == len(rules)
    for construct_id, every in scheduled.items():
        ((name, rule),) = ((name, rule) for name, rule in rules.items() if name.startswith(f"{construct_id}Schedule"))
        minutes = int(every.total_seconds()) // 60
        assert rule["ScheduleExpression"] == f"rate({minutes} minute{'s' if minutes > 1 else ''})"
        assert rule["State"] == "ENABLED"
        (target,) = rule["Targets"]
        assert _of_alias(target["Arn"]) == construct_id
        (permission,) = (each for each in permissions if each["FunctionName"] == target["Arn"])
        assert permission["Action"] == "lambda:InvokeFunction"
        assert permission["SourceArn"] == {"Fn::GetAtt": [name, "Arn"]}


def test_pictures_are_cached_by_their_path_alone(aws: Synthesized) -> None:
    key = _cache_policy(aws, "/image/*.*")["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    assert not key["EnableAcceptEncodingGzip"]


def test_the_bucket_answers_first_and_the_function_what_it_has_not(aws: Synthesized) -> None:
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    (group,) = config["OriginGroups"]["Items"]
    assert group["FailoverCriteria"]["StatusCodes"]["Items"] == [403, 404]
    origins = {origin["Id"]: origin for origin in config["Origins"]}
    first, second = (origins[member["OriginId"]] for member in group["Members"]["Items"])
    assert "S3OriginConfig" in first
    assert "CustomOriginConfig" in second
    assert all("OriginAccessControlId" in origin for origin in (first, second))
    links = {each["TargetOriginId"] for each in config["CacheBehaviors"] if each["PathPattern"].endswith("/image/*.*")}
    assert links == {group["Id"]}
    automatic = {each["TargetOriginId"] for each in config["CacheBehaviors"] if "auto" in each["PathPattern"]}
    assert automatic == {second["Id"]}


def test_the_cdn_alone_calls_the_functions_that_have_a_url(aws: Synthesized, application: Application) -> None:
    urls = aws.resources("AWS::Lambda::Url").values()
    assert {url["AuthType"] for url in urls} == {"AWS_IAM"}
    assert len(urls) == sum(each.declaration.function_url for each in application.endpoints) == 3
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    origins = {origin["Id"]: origin for origin in distribution["DistributionConfig"]["Origins"]}
    for behavior in distribution["DistributionConfig"]["CacheBehaviors"]:
        if behavior["PathPattern"].startswith("/iiif/"):
            assert "OriginAccessControlId" in origins[behavior["TargetOriginId"]]


def test_what_iiif_gives_is_cached_by_its_path_and_what_the_edge_says(aws: Synthesized) -> None:
    said = ["X-Base-Url", "X-Image-Mark"]
    for path, headers in (("/iiif/3/*/*/*/*/*", said), ("/iiif/3/*/info.json", [*said, "Accept"])):
        key = _cache_policy(aws, path)["ParametersInCacheKeyAndForwardedToOrigin"]
        assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": headers}
        assert key["CookiesConfig"] == {"CookieBehavior": "none"}
        assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
        assert not key["EnableAcceptEncodingGzip"]


def test_no_callers_error_is_kept_for_the_next(aws: Synthesized) -> None:
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    kept = {
        error["ErrorCode"]: error["ErrorCachingMinTTL"]
        for error in distribution["DistributionConfig"]["CustomErrorResponses"]
    }
    assert {403, 404, 500, 503} <= set(kept)
    assert set(kept.values()) == {0}


def test_the_edge_functions_are_small_enough(aws: Synthesized) -> None:
    functions = [function["FunctionCode"] for function in aws.resources("AWS::CloudFront::Function").values()]
    assert sorted(functions) == sorted([function_code(), private_code(), iiif_code(), console_code(), _limit()])
    # A fifth of the 10 KB that CloudFront takes is left for what is to come.
    assert all(len(code.encode()) <= 8_192 for code in functions)


def test_a_body_that_no_function_takes_is_refused_in_the_gateways_words(aws: Synthesized) -> None:
    """Lambda takes 6 MB, the gateway 10 MB, and what the gateway says of a larger body is not ours to word."""
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    (association,) = distribution["DistributionConfig"]["DefaultCacheBehavior"]["FunctionAssociations"]
    used = aws.template["Resources"][association["FunctionARN"]["Fn::GetAtt"][0]]
    assert (association["EventType"], used["Properties"]["FunctionCode"]) == ("viewer-request", _limit())
    with running_edge(_limit()) as edge:
        for length in (None, "0", "4600000", "all of it"):
            headers = {} if length is None else {"content-length": length}
            assert edge("/api/upload", {}, "POST", headers)["uri"] == "/api/upload"
        answer = edge("/api/upload", {}, "POST", {"content-length": "4600001"})
    assert (answer["statusCode"], answer["headers"]["content-type"]["value"]) == (413, "application/json")
    assert json.loads(answer["body"]["data"]) == {"message": TOO_LARGE, "status": 413}


def test_who_does_not_say_what_it_accepts_gets_bytes_and_not_base64() -> None:
    """The gateway decodes an answer only for an Accept that matches its binary media types; urllib sends none."""
    with running_edge(_limit()) as edge:
        for sent, passed_on in (({}, "*/*"), ({"accept": ""}, "*/*"), ({"accept": "image/png"}, "image/png")):
            assert edge("/image/x/binary", {}, "GET", sent)["headers"]["accept"] == {"value": passed_on}


def test_one_dashboard_shows_what_waits_and_what_was_given_up(aws: Synthesized) -> None:
    (dashboard,) = aws.resources("AWS::CloudWatch::Dashboard").values()
    shown = json.dumps(dashboard)
    for name, queue in aws.resources("AWS::SQS::Queue").items():
        metric = "ApproximateAgeOfOldestMessage" if "RedrivePolicy" in queue else "ApproximateNumberOfMessagesVisible"
        assert re.search(rf"{metric}\W+QueueName[^}}]+{name}", shown), name


def test_the_outputs_that_tools_read(aws: Synthesized) -> None:
    distribution = {"DistributionDomainName", "DistributionId"}
    outputs = {"BaseUrl", "ApiUrl", "ApiId", *distribution, "LogsBucketName", "IncomingBucketName", "ConsoleBucketName"}
    assert set(aws.template["Outputs"]) == outputs | TASKS


def test_an_output_has_the_alias_of_each_task(aws: Synthesized, application: Application) -> None:
    assert {f"{task.construct_id}Function" for task in application.tasks} == TASKS
    for name in TASKS:
        alias: str = aws.template["Outputs"][name]["Value"]["Ref"]
        assert aws.template["Resources"][alias]["Type"] == "AWS::Lambda::Alias"
        assert alias.startswith(f"{name.removesuffix('Function')}Live")


def test_the_page_for_operators_names_each_function_by_its_output() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in TASKS:
        assert f"the output `{name}`" in page


def test_the_cdn_shows_the_first_secret_and_the_functions_accept_all(aws: Synthesized, rotating: Synthesized) -> None:
    for synthesized, names in ((aws, ["OriginSecret"]), (rotating, ["NewSecret", "OriginSecret"])):
        secrets = {name.removeprefix("Storage")[:-8]: name for name in synthesized.resources(SECRET)}
        assert sorted(secrets) == names
        references = [f"{{{{resolve:secretsmanager:{secrets[name]}:SecretString:::}}}}" for name in names]
        (distribution,) = synthesized.resources("AWS::CloudFront::Distribution").values()
        shown = [
            header
            for origin in distribution["DistributionConfig"]["Origins"]
            for header in origin.get("OriginCustomHeaders", [])
            if "S3OriginConfig" not in origin
        ]
        assert [(header["HeaderName"], _joined(header["HeaderValue"])) for header in shown] == [
            ("X-Origin-Verify", references[0])
        ]
        environments = [each["Environment"] for each in synthesized.resources("AWS::Lambda::Function").values()]
        known = [each["Variables"]["ORIGIN_SECRETS"] for each in environments if "ORIGIN_SECRETS" in each["Variables"]]
        assert {_joined(each) for each in known} == {",".join(references)}


def test_secrets_are_made_by_chance_and_go_with_their_names(aws: Synthesized) -> None:
    (secret,) = aws.resources(SECRET).values()
    assert secret["GenerateSecretString"] == {"PasswordLength": 43, "ExcludePunctuation": True}  # 256 bits, no comma
    assert "SecretString" not in secret
    (resource,) = (each for each in aws.template["Resources"].values() if each["Type"] == SECRET)
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")


def test_secrets_are_told_to_nobody_else(rotating: Synthesized, application: Application) -> None:
    """Nor is a template allowed to refer to secrets more than 60 times."""
    needed = [function for function in application.functions if function.shares_secrets]
    assert {"share_sign_up", "share_upload_image_as_guest", "share_list_public_images"} < {
        function.name for function in needed
    }
    found = {name: json.dumps(template).count("{{resolve:") for name, template in rotating.templates.items()}
    assert sum(found.values()) == 2 * len(needed) + 1
    assert max(found.values()) <= 60
    assert "resolve" not in json.dumps(rotating.template["Outputs"])


def test_the_api_is_reached_by_tls_alone_and_browsers_are_told_to_keep_to_it(aws: Synthesized) -> None:
    """A redirect comes when the token has been sent already."""
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    policies = aws.resources("AWS::CloudFront::ResponseHeadersPolicy")
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "https-only"
    for behavior in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        assert behavior["ViewerProtocolPolicy"] in ("https-only", "redirect-to-https")
        policy = policies[behavior["ResponseHeadersPolicyId"]["Ref"]]["ResponseHeadersPolicyConfig"]
        assert policy["SecurityHeadersConfig"]["StrictTransportSecurity"] == {
            "AccessControlMaxAgeSec": 365 * 24 * 3600,
            "IncludeSubdomains": True,
            "Override": True,
        }


def test_the_page_of_a_share_is_found_by_plain_http_and_kept_by_no_cache(aws: Synthesized) -> None:
    """Its policy of the cache keeps what says so, which the page does not, and lets it be compressed."""
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    (page,) = (each for each in config["CacheBehaviors"] if each["PathPattern"] == "/s/*")
    assert (page["ViewerProtocolPolicy"], page["Compress"]) == ("redirect-to-https", True)
    same = ("TargetOriginId", "OriginRequestPolicyId", "FunctionAssociations")
    assert {name: page[name] for name in same} == {name: config["DefaultCacheBehavior"][name] for name in same}
    policy = _cache_policy(aws, "/s/*")
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)


def _cache_policy(synthesized: Synthesized, path: str) -> dict[str, Any]:
    (distribution,) = synthesized.resources("AWS::CloudFront::Distribution").values()
    (used,) = (
        each["CachePolicyId"]["Ref"]
        for each in distribution["DistributionConfig"]["CacheBehaviors"]
        if each["PathPattern"] == path
    )
    return synthesized.resources("AWS::CloudFront::CachePolicy")[used]["CachePolicyConfig"]


def _of(construct_id: str, resources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The one resource that belongs to a function's construct: ids end in a hash of eight characters."""
    pattern = re.compile(rf"{construct_id}(Function|Role|Messages)[0-9A-F]{{8}}")
    (found,) = [resource for name, resource in resources.items() if pattern.fullmatch(name)]
    return found


def _body(aws: Synthesized) -> dict[str, Any]:
    """The definition of the API."""
    (api,) = aws.resources("AWS::ApiGateway::RestApi").values()
    return api["Body"]


def _operations(aws: Synthesized) -> list[dict[str, Any]]:
    return [operation for methods in _body(aws)["paths"].values() for operation in methods.values()]


def _authorizers(aws: Synthesized) -> dict[str, dict[str, Any]]:
    schemes = _body(aws)["components"]["securitySchemes"]
    return {name: scheme["x-amazon-apigateway-authorizer"] for name, scheme in schemes.items()}


def _gateway_responses(aws: Synthesized) -> dict[str, dict[str, Any]]:
    return _body(aws)["x-amazon-apigateway-gateway-responses"]


def _called(uri: dict[str, Any]) -> str:
    """The construct of the function whose alias a URI of the gateway's is about."""
    *start, alias, end = uri["Fn::Join"][1]
    assert "".join(part if isinstance(part, str) else "*" for part in start) == (
        "arn:*:apigateway:*:lambda:path/2015-03-31/functions/"
    )
    assert end == "/invocations"
    return _of_alias(alias)


def _of_alias(reference: Any) -> str:
    """The construct of a function, of a reference to its alias and to nothing else."""
    ((found, alias),) = re.findall(r'"Ref": "(\w+?)(Live)?[0-9A-F]{8}"', json.dumps(reference))
    assert alias
    return found


def _role(reference: dict[str, Any]) -> str:
    name, attribute = reference["Fn::GetAtt"]
    assert attribute == "Arn"
    return name


def _told(aws: Synthesized, bucket: str) -> dict[str, str]:
    """The queues that a bucket tells of new objects, by the prefixes of their keys."""
    made = aws.template["Resources"][bucket]
    (policy,) = made["DependsOn"]  # S3 tries the queues when the bucket is made
    found: dict[str, str] = {}
    for told in made["Properties"]["NotificationConfiguration"]["QueueConfigurations"]:
        assert told["Event"] == "s3:ObjectCreated:*"
        (rule,) = told["Filter"]["S3Key"]["Rules"]
        assert rule["Name"] == "prefix"
        assert aws.template["Resources"][policy]["Properties"]["Queues"] == [{"Ref": told["Queue"]["Fn::GetAtt"][0]}]
        found[rule["Value"]] = _owner(told["Queue"])
    return found


def _allowed_by_buckets(synthesized: Synthesized, name: str) -> list[dict[str, Any]]:
    """What the policy of a bucket allows."""
    return [
        statement
        for policy in synthesized.resources("AWS::S3::BucketPolicy").values()
        if policy["Bucket"]["Ref"].startswith(f"Storage{name}Bucket")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]


def _joined(value: Any) -> str:
    """A text of which the template makes one, with the names of resources in it."""
    return "".join(part if isinstance(part, str) else part["Ref"] for part in value["Fn::Join"][1])


def _limit() -> str:
    """The code of the function that bounds the API's bodies."""
    refusal = too_large(Settings())
    return api_code(REQUEST_LIMIT, refusal.status, refusal.body)


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _owner(resource: Any) -> str:
    """What an ARN in a policy is of: ``imagestable/index/own-created``, ``logsbucket/cdn/*``, ``log``."""
    if "Fn::Join" in resource:
        *start, last = resource["Fn::Join"][1]
        if start[2:3] == [":cloudfront::"]:
            return last["Ref"][:-8].removeprefix("Delivery").lower() + "cdn"
        return _owner(start[0]) + last
    name = _plain(resource["Fn::GetAtt"][0])
    return "log" if name.endswith("log") else name


def _plain(logical_id: str) -> str:
    """``StorageImagesTable1A2B3C4D`` as it is called here: ``imagestable``."""
    return re.sub("[0-9A-F]{8}$", "", logical_id).removeprefix("Storage").lower()


def _granted(grant: Grant) -> str:
    """The same of a grant."""
    path = grant.path
    if grant.resource.kind == "bucket" and not any(action.startswith("s3:ListBucket") for action in grant.actions):
        path = path or "*"
    return f"{grant.resource.name}{grant.resource.kind}".replace("_", "") + (f"/{path}" if path else "")
