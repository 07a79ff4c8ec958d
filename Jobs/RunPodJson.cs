using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReelBallers.Jobs;

/// <summary>Reads RunPod's job object, whose parts may each be missing or of another type.</summary>
internal static partial class RunPodJson
{
    private const int MaxReasonLength = 300;

    public static string? Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.String)
        {
            return null;
        }
        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is JSON, and no text.
            return null;
        }
    }

    public static RunPodStatus Status(JsonElement job) => Text(job, "status") switch
    {
        "IN_PROGRESS" => new RunPodStatus.Running(Progress(job)),
        "COMPLETED" => new RunPodStatus.Completed(),
        "FAILED" => new RunPodStatus.Failed(Reason(Text(job, "error"))),
        "CANCELLED" => new RunPodStatus.Cancelled(),
        "TIMED_OUT" => new RunPodStatus.TimedOut(),
        _ => new RunPodStatus.Waiting(),
    };

    private static int? Progress(JsonElement job) =>
        job.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Object
        && output.TryGetProperty("progress", out var progress) && progress.ValueKind == JsonValueKind.Number
        && progress.TryGetDouble(out var percent) && double.IsFinite(percent)
            ? (int)Math.Clamp(percent, 0, 100)
            : null;

    /// <summary>
    /// The worker's own words, for the user: without the signed URLs that an ffmpeg likes to quote, and short. The
    /// Python SDK reports an exception as JSON text.
    /// </summary>
    private static string Reason(string? error)
    {
        var message = MessageOf(error ?? "");
        var clean = Url().Replace(message, "(url)").ReplaceLineEndings(" ").Replace('\0', ' ').Trim();
        return clean.Length switch
        {
            0 => "The worker failed.",
            > MaxReasonLength => clean[..MaxReasonLength],
            _ => clean,
        };
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

    [GeneratedRegex(@"\w+://\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Url();
}
