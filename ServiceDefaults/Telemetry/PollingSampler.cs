using System.Diagnostics;
using OpenTelemetry.Trace;

namespace ReelBallers.ServiceDefaults;

/// <summary>
/// Decides on spans without a parent: a call that nothing asked for is a loop of ours looking for work, several times a
/// second. Such a loop begins a span of its own once it has found some.
/// </summary>
internal sealed class PollingSampler : Sampler
{
    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
}
