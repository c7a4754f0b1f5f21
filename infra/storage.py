"""Create the tables, buckets, keys and queues that ``constellation.aws.resources`` lists, and name them in policies."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import jsii
from aws_cdk import Duration, IStableStringProducer, Lazy, Names, RemovalPolicy, Stack
from aws_cdk.aws_cloudfront import Distribution, KeyValueStore
from aws_cdk.aws_dynamodb import (
    Attribute,
    AttributeType,
    BillingMode,
    ITable,
    PointInTimeRecoverySpecification,
    ProjectionType,
    Table,
)
from aws_cdk.aws_iam import ArnPrincipal, IPrincipal, PolicyStatement, ServicePrincipal
from aws_cdk.aws_kms import Key, KeySpec, KeyUsage
from aws_cdk.aws_s3 import (
    BlockPublicAccess,
    Bucket,
    BucketEncryption,
    CfnBucket,
    CorsRule,
    HttpMethods,
    LifecycleRule,
    ObjectOwnership,
)
from aws_cdk.aws_secretsmanager import Secret, SecretStringGenerator
from aws_cdk.aws_sqs import DeadLetterQueue, IQueue, Queue, QueueEncryption
from constructs import Construct

from constellation.aws.resources import (
    BINARIES,
    BUCKETS,
    CONSOLE,
    INCOMING,
    INDEXES,
    LOGS,
    ORIGINALS,
    QUEUES,
    RENDITIONS,
    SIGNING,
    TABLES,
    Grant,
    Index,
    Resource,
)
from constellation.runtime import cors
from constellation.runtime.consumer import Consumer
from constellation.uploads.model import DROPPED
from infra.flows import ANNOUNCEMENTS
from infra.reasons import accept

_LIVES = {INCOMING: Duration.days(1), LOGS: Duration.days(30)}
"""How long the objects of a bucket are kept, for buckets that delete their objects."""

_PAGES_MAY = {
    INCOMING: [HttpMethods.POST],
    **{bucket: [HttpMethods.GET, HttpMethods.HEAD] for bucket in (ORIGINALS, RENDITIONS, BINARIES, CONSOLE)},
}
"""What a web page of any origin may do with the objects of a bucket, with a signed form or a signed URL."""

_KEEP = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
"""Keep what users stored when the stack is deleted. A first deployment that fails still removes these resources."""

_SECRET_LENGTH = 43
"""Characters of a secret: letters and digits, of which 43 hold 256 bits."""


class Storage(Construct):
    """All resources that keep state.

    - ``signing_keys``: names of the keys that verify access tokens. The first one signs.
    - ``origin_secrets``: names of the secrets that the CDN and the functions share. ``self.origin_secrets`` holds their
      values, as references that CloudFormation resolves where they are used.
    - ``timeouts``: how many seconds the consumer of each queue may take for a batch.
    - ``drop_writers``: ARNs of principals, also of other accounts, that may put files into the incoming bucket.
    - ``tables``: names of tables that are used in place of the stack's own, by the names of the resources.

    ``distribution`` is the CDN. It is set after the functions are created, because the CDN calls one function and some
    functions call the CDN. Until then, references to it are resolved lazily.
    """

    distribution: Distribution

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        signing_keys: Sequence[str],
        origin_secrets: Sequence[str],
        timeouts: Mapping[Resource, int],
        drop_writers: Sequence[str],
        tables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.tables = {
            resource: self._table_beside(resource, tables[resource.name])
            if resource.name in tables
            else self._table(resource)
            for resource in TABLES
        }
        self.buckets = {resource: self._bucket(resource) for resource in BUCKETS}
        self.hidden = KeyValueStore(
            self, "HiddenKeyValueStore", comment="The ids of deleted images, which the CDN refuses"
        )
        self.keys = {SIGNING: [self._signing_key(name) for name in signing_keys]}
        self.origin_secrets = [self._origin_secret(name) for name in origin_secrets]
        self.dead_letters = {resource: self._dead_letters(resource) for resource in QUEUES}
        self.queues = {resource: self._queue(resource, timeouts[resource]) for resource in QUEUES}
        for each in ANNOUNCEMENTS:
            self._announce(each.bucket, each.prefixes, each.queue)
        if drop_writers:
            self._let_drop(drop_writers)

    def name(self, resource: Resource) -> str:
        """Return the value that ``Resource.physical_name`` has inside a function."""
        match resource.kind:
            case "table":
                return self.tables[resource].table_name
            case "bucket":
                return self.buckets[resource].bucket_name
            case "key":
                return ",".join(key.key_arn for key in self.keys[resource])
            case "queue":
                return self.queues[resource].queue_url
            case "cdn":
                return self._distribution_id()
            case "key_value_store":
                return self.hidden.key_value_store_arn

    def arns(self, grant: Grant) -> list[str]:
        """Return the exact resources of ``grant`` for an IAM policy."""
        match grant.resource.kind:
            case "table":
                arn = self.tables[grant.resource].table_arn
                return [f"{arn}/{grant.path}" if grant.path else arn]
            case "bucket":
                bucket, pattern = self.buckets[grant.resource], _keys(grant)
                return [bucket.arn_for_objects(pattern) if pattern else bucket.bucket_arn]
            case "key":
                return [key.key_arn for key in self.keys[grant.resource]]
            case "queue":
                return [self.queues[grant.resource].queue_arn]
            case "cdn":
                return [
                    Stack.of(self).format_arn(
                        service="cloudfront",
                        region="",
                        resource="distribution",
                        resource_name=self._distribution_id(),
                    )
                ]
            case "key_value_store":
                return [self.hidden.key_value_store_arn]

    def finding(self, grant: Grant) -> str | None:
        """Return how cdk-nag names the wildcard in the resource of ``grant``, or None where there is none.

        A nested stack gets the ARN of the bucket as a parameter, and it is the parameter that cdk-nag names.
        """
        if grant.resource.kind != "bucket" or "*" not in _keys(grant):
            return None
        bucket = cast(CfnBucket, self.buckets[grant.resource].node.default_child)
        return f"IAM5[Resource::<referenceto{Names.node_unique_id(bucket.node)}Arn>/{_keys(grant)}]"

    def _table_beside(self, resource: Resource, name: str) -> ITable:
        """Return an existing table that is not part of the stack."""
        return Table.from_table_name(self, f"{resource.name.capitalize()}TableBeside", name)

    def _table(self, resource: Resource) -> ITable:
        table = Table(
            self,
            f"{resource.name.capitalize()}Table",
            partition_key=Attribute(name="pk", type=AttributeType.STRING),
            sort_key=Attribute(name="sk", type=AttributeType.STRING),
            billing_mode=BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="ttl",
            point_in_time_recovery_specification=PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True),
            deletion_protection=True,
            # Kept even if the first deployment fails, because CloudFormation cannot delete a protected table.
            removal_policy=RemovalPolicy.RETAIN,
        )
        for index in INDEXES.get(resource, ()):
            _add_index(table, index)
        return cast(ITable, table)

    def _bucket(self, resource: Resource) -> Bucket:
        """Create a bucket, without versions: keys are written once, and what a user deletes must be gone.

        Only the bucket for incoming files has versions, because a writer may use the same name again at once.
        """
        is_versioned = resource == INCOMING
        life = _LIVES.get(resource)
        rules = [LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))]
        if life:
            rules.append(LifecycleRule(expiration=life, noncurrent_version_expiration=life if is_versioned else None))
        if is_versioned:
            rules.append(LifecycleRule(expired_object_delete_marker=True))
        bucket = Bucket(
            self,
            f"{resource.name.capitalize()}Bucket",
            block_public_access=BlockPublicAccess.BLOCK_ALL,
            encryption=BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            # CloudFront delivers its standard logs with ACLs, so the bucket must accept them.
            object_ownership=ObjectOwnership.BUCKET_OWNER_PREFERRED
            if resource == LOGS
            else ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=rules,
            versioned=is_versioned,
            cors=[_any_page(_PAGES_MAY[resource])] if resource in _PAGES_MAY else None,
            removal_policy=_KEEP,
        )
        accept(
            bucket,
            S1="Only the stack's functions and its CDN reach the objects; each request is in their logs already.",
        )
        return bucket

    def _dead_letters(self, resource: Resource) -> Queue:
        return Queue(
            self,
            f"{title(resource)}DeadLetters",
            encryption=QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )

    def _queue(self, resource: Resource, timeout: int) -> Queue:
        """Create a queue whose messages stay invisible long enough for a throttled consumer to try again."""
        dead_letters = cast(IQueue, self.dead_letters[resource])
        return Queue(
            self,
            f"{title(resource)}Queue",
            encryption=QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(6 * timeout),
            dead_letter_queue=DeadLetterQueue(queue=dead_letters, max_receive_count=Consumer.attempts),
        )

    def _announce(self, source: Resource, prefixes: Sequence[str], target: Resource) -> None:
        """Send a message to the queue ``target`` for each new object under ``prefixes`` of the bucket ``source``.

        The CDK would do this with a custom resource: one more function, with rights of its own.
        """
        bucket, queue = cast(CfnBucket, self.buckets[source].node.default_child), self.queues[target]
        queue.add_to_resource_policy(
            PolicyStatement(
                principals=[cast(IPrincipal, ServicePrincipal("s3.amazonaws.com"))],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                # Not the ARN of the bucket: the policy must exist before the bucket.
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        bucket.notification_configuration = CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    filter=CfnBucket.NotificationFilterProperty(
                        s3_key=CfnBucket.S3KeyFilterProperty(
                            rules=[CfnBucket.FilterRuleProperty(name="prefix", value=prefix)]
                        )
                    ),
                    queue=queue.queue_arn,
                )
                for prefix in prefixes
            ]
        )
        bucket.node.add_dependency(queue.node.find_child("Policy"))

    def _let_drop(self, writers: Sequence[str]) -> None:
        """Allow principals, named by their ARNs, to put objects under the prefix for dropped files."""
        bucket = self.buckets[INCOMING]
        bucket.add_to_resource_policy(
            PolicyStatement(
                principals=[cast(IPrincipal, ArnPrincipal(arn)) for arn in writers],
                actions=["s3:PutObject", "s3:ReplicateObject"],
                resources=[bucket.arn_for_objects(f"{DROPPED}*")],
            )
        )

    def _distribution_id(self) -> str:
        return Lazy.string(_Promise(lambda: self.distribution.distribution_id))

    def _signing_key(self, name: str) -> Key:
        return Key(
            self,
            name,
            description="Signs access tokens (ES256)",
            key_spec=KeySpec.ECC_NIST_P256,
            key_usage=KeyUsage.SIGN_VERIFY,
            removal_policy=_KEEP,
        )

    def _origin_secret(self, name: str) -> str:
        secret = Secret(
            self,
            name,
            description="Shared by the CDN and the functions; another one follows by another name (docs/operations.md)",
            generate_secret_string=SecretStringGenerator(password_length=_SECRET_LENGTH, exclude_punctuation=True),
            removal_policy=RemovalPolicy.DESTROY,
        )
        accept(secret, SMG4="Rotated by deployments: the CDN and the functions have to learn of a new one together.")
        return secret.secret_value.unsafe_unwrap()


@jsii.implements(IStableStringProducer)
class _Promise:
    """A text that is resolved when the template is written."""

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text

    def produce(self) -> str:
        """Return the text."""
        return self._text()


def _add_index(table: Table, index: Index) -> None:
    table.add_global_secondary_index(
        index_name=index.name,
        partition_key=Attribute(name=index.partition, type=AttributeType.STRING),
        sort_key=Attribute(name=index.sort, type=AttributeType.STRING),
        projection_type=ProjectionType.INCLUDE if index.includes else ProjectionType.KEYS_ONLY,
        non_key_attributes=list(index.includes) or None,
    )


def _any_page(methods: list[HttpMethods]) -> CorsRule:
    """Return the rule of a bucket for web pages of any origin, as ``constellation.runtime.cors`` has it for the API."""
    return CorsRule(
        allowed_methods=methods,
        allowed_origins=["*"],
        allowed_headers=["*"],
        exposed_headers=list(cors.EXPOSED),
        max_age=cors.MAX_AGE,
    )


def title(resource: Resource) -> str:
    """Return the name of a resource as a logical id: ``AccessLogs`` for ``access_logs``."""
    return resource.name.title().replace("_", "")


def _keys(grant: Grant) -> str:
    """Return the key pattern of a grant on the objects of a bucket, or "" for a grant on the bucket itself."""
    return "" if grant.actions[0].startswith("s3:ListBucket") else grant.path or "*"
