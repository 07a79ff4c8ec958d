using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;

namespace ReelBallers.Storage;

/// <summary>What the bucket must be set to, and the commands that set it by hand.</summary>
internal static class BucketRules
{
    /// <summary>
    /// A safety net below our own sweeper, so it must be longer than any file is needed: a day until the job, a job's seven days,
    /// a day for the download.
    /// </summary>
    public const int ExpirationDays = 10;

    /// <summary>An open upload lives for a day.</summary>
    public const int AbortMultipartDays = 2;

    private const string RuleId = "reelballers-expiry";
    private const int PreflightSeconds = 3600;

    // Listed one by one: R2 does not treat * as every header of a signed PUT.
    private static readonly List<string> Methods = ["GET", "PUT", "HEAD"];
    private static readonly List<string> Headers = ["content-type", "if-none-match"];
    private static readonly List<string> Exposed = ["ETag"];
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What pages of these origins need to upload and to download.</summary>
    public static CORSConfiguration Cors(IReadOnlyList<string> origins) => new()
    {
        Rules =
        [
            new CORSRule
            {
                AllowedOrigins = [.. origins],
                AllowedMethods = Methods,
                AllowedHeaders = Headers,
                ExposeHeaders = Exposed,
                MaxAgeSeconds = PreflightSeconds,
            },
        ],
    };

    /// <summary>The rules with ours among them; null when it is there already.</summary>
    public static LifecycleConfiguration? WithExpiry(IReadOnlyList<LifecycleRule> current) =>
        current.Any(rule => rule.Id == RuleId && rule.Status == LifecycleRuleStatus.Enabled && rule.Expiration?.Days == ExpirationDays
            && rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation == AbortMultipartDays)
            ? null
            : new LifecycleConfiguration { Rules = [.. current.Where(rule => rule.Id != RuleId), Expiry()] };

    /// <summary>Sets the CORS rule by hand.</summary>
    public static string CorsCommand(Uri endpoint, string bucket, IReadOnlyList<string> origins) =>
        Command("put-bucket-cors", endpoint, bucket, "--cors-configuration", new
        {
            CORSRules = new[]
            {
                new
                {
                    AllowedOrigins = origins,
                    AllowedMethods = Methods,
                    AllowedHeaders = Headers,
                    ExposeHeaders = Exposed,
                    MaxAgeSeconds = PreflightSeconds,
                },
            },
        });

    /// <summary>Sets the lifecycle rule by hand.</summary>
    public static string LifecycleCommand(Uri endpoint, string bucket) =>
        Command("put-bucket-lifecycle-configuration", endpoint, bucket, "--lifecycle-configuration", new
        {
            Rules = new[]
            {
                new
                {
                    ID = RuleId,
                    Status = "Enabled",
                    Filter = new { Prefix = "" },
                    Expiration = new { Days = ExpirationDays },
                    AbortIncompleteMultipartUpload = new { DaysAfterInitiation = AbortMultipartDays },
                },
            },
        });

    private static LifecycleRule Expiry() => new()
    {
        Id = RuleId,
        Status = LifecycleRuleStatus.Enabled,
        Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } },
        Expiration = new LifecycleRuleExpiration { Days = ExpirationDays },
        AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = AbortMultipartDays },
    };

    // Origins and names of buckets have no quotes.
    private static string Command(string name, Uri endpoint, string bucket, string option, object value) =>
        $"aws s3api {name} --endpoint-url {endpoint} --bucket {bucket} {option} '{JsonSerializer.Serialize(value, Json)}'";
}
