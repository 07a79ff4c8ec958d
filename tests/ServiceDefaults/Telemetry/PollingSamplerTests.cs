using System.Diagnostics;
using OpenTelemetry.Trace;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class PollingSamplerTests
{
    [Theory]
    [InlineData(ActivityKind.Client, SamplingDecision.Drop)]
    [InlineData(ActivityKind.Server, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityKind.Internal, SamplingDecision.RecordAndSample)]
    public void A_call_that_no_request_asked_for_is_not_traced(ActivityKind kind, SamplingDecision expected)
    {
        var root = new SamplingParameters(default, ActivityTraceId.CreateRandom(), "select", kind);
        Assert.Equal(expected, new ParentBasedSampler(new PollingSampler()).ShouldSample(root).Decision);
    }

    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityTraceFlags.None, SamplingDecision.Drop)]
    public void A_call_within_a_trace_is_sampled_as_the_trace_is(ActivityTraceFlags parent, SamplingDecision expected)
    {
        var context = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), parent);
        var child = new SamplingParameters(context, context.TraceId, "select", ActivityKind.Client);
        Assert.Equal(expected, new ParentBasedSampler(new PollingSampler()).ShouldSample(child).Decision);
    }
}
