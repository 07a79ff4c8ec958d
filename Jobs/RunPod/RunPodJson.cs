using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReelBallers.Jobs;

/// <summary>Reads RunPod's job object, in which every member may be missing or of another type.</summary>
internal static partial class RunPodJson
{
    private const int MaxReasonLength = 300;

    // Longer than any job may live.
    private const double MaxMilliseconds = 30.0 * 24 * 3600 * 1000;

    private const long MaxCount = 1_000_000_000;

    /// <summary>The maximum length of a RunPod job id.</summary>
    public const int MaxIdLength = 200;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:");

    /// <summary>The RunPod job id; null when it is missing or malformed.</summary>
    public static string? Id(JsonElement job) =>
        Text(job, "id") is { } id && IsId(id) ? id : null;

    /// <summary>The member with this name; null when there is none.</summary>
    public static JsonElement? Member(JsonElement value, string name)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            // The name of another member contains a lone surrogate, which is valid JSON but not a valid string.
            return null;
        }
    }

    public static string? Text(JsonElement value, string name)
    {
        if (Member(value, name) is not { ValueKind: JsonValueKind.String } member)
        {
            return null;
        }
        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in the value.
            return null;
        }
    }

    private static bool IsId(string text) =>
        text.Length is > 0 and <= MaxIdLength && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    public static RunPodStatus Status(JsonElement job) => Text(job, "status") switch
    {
        "IN_PROGRESS" => new RunPodStatus.Running(Progress(job)),
        "COMPLETED" => new RunPodStatus.Completed(),
        "FAILED" => new RunPodStatus.Failed(Reason(Text(job, "error")), ProviderFaults.Explain(Text(job, "error"))),
        "CANCELLED" => new RunPodStatus.Cancelled(),
        "TIMED_OUT" => new RunPodStatus.TimedOut(),
        _ => new RunPodStatus.Waiting(),
    };

    /// <summary>The times and the worker that RunPod reports.</summary>
    public static RunPodUsage Usage(JsonElement job, long microdollarsPerSecond)
    {
        var execution = Milliseconds(job, "executionTime");
        return new RunPodUsage(
            execution, Milliseconds(job, "delayTime"), Text(job, "workerId") is { } worker && IsId(worker) ? worker : null,
            RunPodUsage.Cost(execution, microdollarsPerSecond));
    }

    /// <summary>An endpoint's health; null when the job counts are missing.</summary>
    public static RunPodHealth? Health(JsonElement health) =>
        Member(health, "jobs") is { } jobs && Count(jobs, "inQueue") is { } inQueue && Count(jobs, "inProgress") is { } inProgress
            ? new RunPodHealth(inQueue, inProgress, Workers(health))
            : null;

    // "ready" counts workers that are counted as idle too.
    private static RunPodWorkers? Workers(JsonElement health) =>
        Member(health, "workers") is { ValueKind: JsonValueKind.Object } workers
            ? new RunPodWorkers(
                Count(workers, "idle") ?? 0, Count(workers, "running") ?? 0, Count(workers, "initializing") ?? 0,
                Count(workers, "throttled") ?? 0, Count(workers, "unhealthy") ?? 0)
            : null;

    private static long? Count(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Number } member
        && member.TryGetInt64(out var count) && count is >= 0 and <= MaxCount
            ? count
            : null;

    private static long? Milliseconds(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var milliseconds)
        && milliseconds is >= 0 and <= MaxMilliseconds
            ? (long)milliseconds
            : null;

    private static int? Progress(JsonElement job) =>
        Member(job, "output") is { } output && Member(output, "progress") is { ValueKind: JsonValueKind.Number } progress
        && progress.TryGetDouble(out var percent) && double.IsFinite(percent)
            ? (int)Math.Clamp(percent, 0, 100)
            : null;

    /// <summary>
    /// The worker's error message, for the user: shortened, and without the signed URLs that ffmpeg quotes. The Python SDK
    /// reports an exception as a JSON string.
    /// </summary>
    private static string Reason(string? error)
    {
        var message = MessageOf(error ?? "");
        var clean = Url().Replace(message, "(url)").ReplaceLineEndings(" ").Replace('\0', ' ').Trim();
        return clean.Length == 0 ? "The worker failed." : TextLimits.Truncate(clean, MaxReasonLength);
    }

    private static string MessageOf(string error)
    {
        if (!error.StartsWith('{'))
        {
            return error;
        }
        try
        {
            using var document = JsonDocument.Parse(error);
            return Text(document.RootElement, "error_message") ?? "";
        }
        catch (JsonException)
        {
            return error;
        }
    }

    [GeneratedRegex(@"\w+://\S+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();
}
