using System.Diagnostics;
using Microsoft.Extensions.Hosting.Internal;
using ReelBallers.TestKit;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class ServiceTracerTests : IDisposable
{
    private const string Stored = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private readonly ServiceTracer _tracer = new(new HostingEnvironment { ApplicationName = "Tested" });
    private readonly RecordedSpans _spans = new();

    public void Dispose()
    {
        _spans.Dispose();
        _tracer.Dispose();
    }

    [Fact]
    public void Work_continues_the_stored_trace_outside_any_other()
    {
        Activity.Current = null;
        using var span = _tracer.Continue("work", Stored)!;
        Assert.Equal(("ReelBallers.Tested", Stored), (span.Source.Name, span.ParentId));
        Assert.True(span.HasRemoteParent);
        Assert.Empty(span.Links);
    }

    [Fact]
    public void Work_within_another_trace_continues_the_stored_one_and_links_to_the_other()
    {
        using var other = _spans.StartTrace();
        using (var span = _tracer.Continue("work", Stored)!)
        {
            Assert.Equal(Stored, span.ParentId);
            Assert.Equal(other.Context, Assert.Single(span.Links).Context);
        }
        Assert.Same(other, Activity.Current);
    }

    [Fact]
    public void Work_within_the_stored_trace_is_a_child_of_the_current_span()
    {
        using var cause = _spans.StartTrace();
        var stored = TraceParents.Current;
        using var inner = _tracer.Continue("inner", traceParent: null)!;
        using var span = _tracer.Continue("work", stored)!;
        Assert.Equal(cause.Id, stored);
        Assert.Equal(inner.Id, span.ParentId);
        Assert.Empty(span.Links);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n")]
    public void A_stored_text_that_is_no_trace_is_ignored(string? text)
    {
        Assert.Null(TraceParents.Parse(text));
        Activity.Current = null;
        using var span = _tracer.Continue("work", text)!;
        Assert.Equal((null, ActivityKind.Consumer), (span.ParentId, span.Kind));
    }

    [Fact]
    public void Outside_a_trace_there_is_nothing_to_store()
    {
        Activity.Current = null;
        Assert.Null(TraceParents.Current);
    }
}
