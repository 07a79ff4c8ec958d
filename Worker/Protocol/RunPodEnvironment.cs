using System.Globalization;

namespace ReelBallers.Worker;

/// <summary>What RunPod tells a worker in its environment. The URLs are templates; their form is RunPod's own affair.</summary>
internal sealed record RunPodEnvironment
{
    private const string Version = "1.12.0";

    public required string TakeUrl { get; init; }

    public required string DoneUrl { get; init; }

    public string? PingUrl { get; init; }

    public required string ApiKey { get; init; }

    public required string WorkerId { get; init; }

    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <returns>Null when RunPod did not start this process.</returns>
    /// <exception cref="InvalidOperationException">A variable is missing; the message names it.</exception>
    public static RunPodEnvironment? Read(Func<string, string?> variable)
    {
        string Required(string name) => variable(name) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is missing. RunPod sets it beside RUNPOD_WEBHOOK_GET_JOB.");

        return variable("RUNPOD_WEBHOOK_GET_JOB") is not { Length: > 0 } take
            ? null
            : new RunPodEnvironment
            {
                TakeUrl = take,
                DoneUrl = Required("RUNPOD_WEBHOOK_POST_OUTPUT"),
                PingUrl = variable("RUNPOD_WEBHOOK_PING") is { Length: > 0 } ping ? ping : null,
                ApiKey = Required("RUNPOD_AI_API_KEY"),
                WorkerId = variable("RUNPOD_POD_ID") is { Length: > 0 } id ? id : Guid.NewGuid().ToString(),
                PingInterval = TimeSpan.FromMilliseconds(
                    int.TryParse(variable("RUNPOD_PING_INTERVAL"), NumberStyles.None, CultureInfo.InvariantCulture, out var interval)
                        && interval >= 1000
                        ? interval
                        : 10_000),
            };
    }

    public Uri Take(bool hasJob) => With(TakeUrl.Replace("$ID", WorkerId, StringComparison.Ordinal), $"job_in_progress={(hasJob ? 1 : 0)}");

    /// <summary>Newer workers are told by the same way which jobs were cancelled.</summary>
    public Uri Stops() => new(TakeUrl
        .Replace("/job-take/", "/job-stop/", StringComparison.Ordinal)
        .Replace("$ID", WorkerId, StringComparison.Ordinal));

    public Uri Done(string jobId) => With(
        DoneUrl.Replace("$RUNPOD_POD_ID", WorkerId, StringComparison.Ordinal)
            .Replace("$ID", Uri.EscapeDataString(jobId), StringComparison.Ordinal),
        "isStream=false");

    /// <returns>Null when RunPod does not ask for heartbeats.</returns>
    public Uri? Ping(string? jobId) => PingUrl is null ? null : With(
        PingUrl.Replace("$RUNPOD_POD_ID", WorkerId, StringComparison.Ordinal),
        (jobId is null ? "" : $"job_id={Uri.EscapeDataString(jobId)}&") + $"runpod_version={Version}");

    private static Uri With(string url, string query) => new($"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}");
}
