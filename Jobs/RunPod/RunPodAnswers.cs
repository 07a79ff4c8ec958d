using System.Net;
using System.Text.Json;

namespace ReelBallers.Jobs;

/// <summary>What RunPod's answers mean.</summary>
internal static class RunPodAnswers
{
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    public static async Task<SubmitResult> SubmissionAsync(
        HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return Parse(body, RunPodJson.Id) is { } id
                ? new SubmitResult.Accepted(id)
                : new SubmitResult.Unknown($"HTTP {status} without an id");
        }
        return status switch
        {
            // The body of this job is malformed or too large.
            400 or 413 or 422 => new SubmitResult.Rejected($"HTTP {status}"),
            // A proxy gave up on RunPod, which may have accepted the job.
            408 or 502 or > 503 => new SubmitResult.Unknown($"HTTP {status}"),
            _ => new SubmitResult.Unavailable($"HTTP {status}", RetryAfter(response, now)),
        };
    }

    public static async Task<RunPodStatus> StatusAsync(
        HttpResponseMessage response, long microdollarsPerSecond, DateTimeOffset now, CancellationToken cancellationToken) =>
        response.StatusCode switch
        {
            HttpStatusCode.OK => Parse(
                    await response.Content.ReadAsByteArrayAsync(cancellationToken),
                    job => RunPodJson.Status(job) with { Usage = RunPodJson.Usage(job, microdollarsPerSecond) })
                ?? new RunPodStatus.Unreachable("the response is not JSON"),
            HttpStatusCode.NotFound => new RunPodStatus.NotFound(),
            _ => new RunPodStatus.Unreachable($"HTTP {(int)response.StatusCode}", RetryAfter(response, now)),
        };

    public static async Task<RunPodHealth?> HealthAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode
            ? Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken), RunPodJson.Health)
            : null;

    private static T? Parse<T>(byte[] body, Func<JsonElement, T?> read) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>How long RunPod asks to wait; null when it does not say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var delay = header?.Delta ?? (header?.Date - now);
        return delay is not { } wait ? null : wait < TimeSpan.Zero ? TimeSpan.Zero : wait > MaxRetryAfter ? MaxRetryAfter : wait;
    }
}
