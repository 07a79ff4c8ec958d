using System.Text.RegularExpressions;

namespace ReelBallers.Jobs;

/// <summary>
/// Tells the faults of RunPod and of a worker's machine from those of the job: after the former another run may succeed. The
/// errors of our worker that begin with "the worker" or speak of "this machine" are of the former kind (docs/worker.md).
/// </summary>
internal static partial class ProviderFaults
{
    /// <summary>Whether the provider's side explains the failure.</summary>
    /// <param name="error">The error of the failed job; null when RunPod reports none, because its worker has said nothing.</param>
    public static bool Explain(string? error) => string.IsNullOrWhiteSpace(error) || Pattern().IsMatch(error);

    [GeneratedRegex(
        @"\Athe worker\b|\bthis machine\b"
        + @"|\bout of (?:gpu |video |device )?memory\b|\boutofmemory|\bmemoryerror\b|\boom\b|\bcannot allocate memory\b"
        + @"|\bcuda(?:nn)? ?(?:error|failure|driver)|\bcu(?:dnn|blas)_status|\bnvml\b|\bno cuda\b"
        + @"|\bno space left\b|\bread-only file system\b"
        + @"|\bexit(?:ed)?(?: with)? (?:code|status):? ?(?:137|139|143)\b|\bsig(?:kill|term|segv)\b"
        + @"|\bworker (?:exited|crashed|died|was lost|is unhealthy|timed out)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
