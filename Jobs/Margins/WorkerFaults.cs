using System.Text.RegularExpressions;

namespace ReelBallers.Jobs;

/// <summary>Tells faults of a worker or its machine from faults of the video.</summary>
internal static partial class WorkerFaults
{
    /// <summary>Whether RunPod's reason for a failure names the worker. Our own worker reports faults of a video in other words.</summary>
    public static bool IsCrash(string reason) => Crash().IsMatch(reason);

    [GeneratedRegex(
        @"\bworker\s+(has\s+)?(exited|failed|crashed|died|stopped)|\bout\s+of\s+memory\b|\bOOM\b|\bCUDA\b"
        + @"|\bexit(ed)?\s+(with\s+)?code\b|\bsegmentation\s+fault\b|\b(was|got)\s+killed\b|\bno\s+space\s+left\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Crash();
}
