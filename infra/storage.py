"""Tables, buckets and keys: what ``constellation.stores.resources`` lists, and the way to name it in a policy."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk.aws_dynamodb import Attribute, AttributeType, BillingMode, PointInTimeRecoverySpecification, Table
from aws_cdk.aws_kms import Key, KeySpec, KeyUsage
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, LifecycleRule, ObjectOwnership
from constructs import Construct

from constellation.stores.resources import BUCKETS, INCOMING, SIGNING, TABLES, Grant, Resource
from infra.reasons import accept

_KEEP = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
"""What users stored outlives the stack; a first deployment that fails takes its buckets and its key back."""


class Storage(Construct):
    """Everything that keeps state.

    ``signing_keys`` names the keys that access tokens are verified with; the first of them signs.
    """

    def __init__(self, scope: Construct, construct_id: str, *, signing_keys: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.tables = {resource: self._table(resource) for resource in TABLES}
        self.buckets = {resource: self._bucket(resource) for resource in BUCKETS}
        self.keys = {SIGNING: [self._signing_key(name) for name in signing_keys]}

    def name(self, resource: Resource) -> str:
        """What ``Resource.physical_name`` is to be inside a function."""
        match resource.kind:
            case "table":
                return self.tables[resource].table_name
            case "bucket":
                return self.buckets[resource].bucket_name
            case "key":
                return ",".join(key.key_arn for key in self.keys[resource])

    def arns(self, grant: Grant) -> list[str]:
        """The exact resources of ``grant`` in an IAM policy."""
        match grant.resource.kind:
            case "table":
                return [self.tables[grant.resource].table_arn]
            case "bucket":
                bucket, pattern = self.buckets[grant.resource], _keys(grant)
                return [bucket.arn_for_objects(pattern) if pattern else bucket.bucket_arn]
            case "key":
                return [key.key_arn for key in self.keys[grant.resource]]

    def finding(self, grant: Grant) -> str | None:
        """How cdk-nag names the wildcard in the resource of ``grant``, where there is one."""
        if grant.resource.kind != "bucket" or "*" not in _keys(grant):
            return None
        bucket = cast(CfnBucket, self.buckets[grant.resource].node.default_child)
        return f"IAM5[Resource::<{Stack.of(self).get_logical_id(bucket)}.Arn>/{_keys(grant)}]"

    def _table(self, resource: Resource) -> Table:
        return Table(
            self,
            f"{resource.name.capitalize()}Table",
            partition_key=Attribute(name="pk", type=AttributeType.STRING),
            sort_key=Attribute(name="sk", type=AttributeType.STRING),
            billing_mode=BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="ttl",
            point_in_time_recovery_specification=PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True),
            deletion_protection=True,
            # Not taken back even then: CloudFormation cannot delete what is protected, and its rollback would fail.
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _bucket(self, resource: Resource) -> Bucket:
        """No bucket keeps versions: keys are written once, and what a user deletes has to be gone."""
        rules = [LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))]
        if resource == INCOMING:
            rules.append(LifecycleRule(expiration=Duration.days(1)))
        bucket = Bucket(
            self,
            f"{resource.name.capitalize()}Bucket",
            block_public_access=BlockPublicAccess.BLOCK_ALL,
            encryption=BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=rules,
            removal_policy=_KEEP,
        )
        accept(
            bucket,
            S1="Only the stack's functions and its CDN reach the objects; each request is in their logs already.",
        )
        return bucket

    def _signing_key(self, name: str) -> Key:
        return Key(
            self,
            name,
            description="Signs access tokens (ES256)",
            key_spec=KeySpec.ECC_NIST_P256,
            key_usage=KeyUsage.SIGN_VERIFY,
            removal_policy=_KEEP,
        )


def _keys(grant: Grant) -> str:
    """The pattern of the keys that a grant on a bucket is about; nothing where it is about the bucket itself."""
    return "" if grant.actions == ("s3:ListBucket",) else grant.path or "*"
