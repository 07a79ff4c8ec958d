using Microsoft.Extensions.Options;

namespace ReelBallers.Jobs;

/// <summary>
/// When jobs are polled: late, since a callback usually comes before, and the later the more jobs are open, so that all of them
/// together stay below RunPod's rate limit.
/// </summary>
internal sealed class PollTimes(Replicas replicas, IOptions<JobsOptions> options, IOptions<RunPodOptions> runPod)
{
    // The rest is left to polls that callbacks made due, and to cancellations.
    private const double ShareOfLimit = 0.75;
    private const double Growth = 1.5;
    private const int Steps = 16;

    /// <summary>From the submission to the first poll.</summary>
    public TimeSpan First => JobsOptions.Jitter(TimeSpan.FromSeconds(Math.Max(options.Value.FirstPollSeconds, MinSeconds)));

    /// <summary>From a poll to the next.</summary>
    /// <param name="quietPolls">Polls without a change before.</param>
    public TimeSpan Next(int quietPolls) => JobsOptions.Jitter(TimeSpan.FromSeconds(Seconds(quietPolls)));

    /// <summary>The seconds to the next poll by the number of polls without a change before, the last for all beyond.</summary>
    public double[] SecondsByAttempts() => [.. Enumerable.Range(0, Steps).Select(Seconds)];

    /// <summary>The interval at which all open jobs together use their share of the limit.</summary>
    private double MinSeconds => replicas.OpenPolls / (runPod.Value.StatusCallsPerSecond * ShareOfLimit);

    private double Seconds(int quietPolls) => Math.Max(
        Math.Min(options.Value.PollSeconds * Math.Pow(Growth, Math.Min(quietPolls, Steps)), options.Value.MaxPollSeconds), MinSeconds);
}
