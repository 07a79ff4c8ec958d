using System.Diagnostics;
using System.Net;
using ReelBallers.EndToEnd.Tests.Otlp;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>What the processes of the stack export: a journey is one trace, though the clouds send nothing of it back.</summary>
[Collection(nameof(Stack))]
public sealed class TraceTests(Stack stack)
{
    [Fact]
    public async Task A_top_up_is_one_trace_over_gateway_payments_stripe_and_wallet()
    {
        using var user = await User.ArriveAsync(stack);
        Activity click;
        Uri checkoutUrl;
        using (click = stack.Spans.StartTrace())
        {
            (_, checkoutUrl) = await user.StartTopupAsync(500);
        }
        Assert.Equal(HttpStatusCode.SeeOther, await User.PayAsync(checkoutUrl, "4242424242424242"));
        await Eventually.IsTrueAsync(async () => await user.BalanceAsync() == 500, "the credits have come");

        var trace = await CompletedAsync(click, "credit checkout", "wallet");
        Assert.Contains(trace.Spans, span => span.Service == "gateway");
        Assert.Contains(trace.Spans, span => span.Service == "payments" && span.IsCallTo(stack.Stripe));
        // The webhook's trace.
        Assert.NotEqual(click.TraceId.ToHexString(), Assert.Single(trace.Find("credit checkout")!.LinkedTraces));
    }

    [Fact]
    public async Task An_export_is_one_trace_over_dispatch_runpod_callback_and_settlement()
    {
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(500);
        var key = await user.UploadClipAsync(320, 180, seconds: 1);
        Activity click;
        string job;
        using (click = stack.Spans.StartTrace())
        {
            job = await user.ExportAsync(key);
        }
        Assert.Equal("completed", (await user.EndedAsync(job)).GetProperty("status").GetString());

        var trace = await CompletedAsync(click, "end_hold job", "wallet");
        Assert.Contains(trace.Spans, span => span.Service == "gateway");
        var dispatch = trace.Find("dispatch job")!;
        Assert.True(trace.Has("storage", dispatch));
        Assert.Contains(trace.Spans, span => span.IsCallTo(stack.RunPod) && trace.IsBelow(span, dispatch));
        Assert.NotNull(trace.Find("poll job"));
        // A poll may find the end before the callback comes; Jobs' own tests know the order.
        Assert.All(
            trace.Spans.Where(span => span.Name == "receive callback"),
            callback => Assert.NotEqual(click.TraceId.ToHexString(), Assert.Single(callback.LinkedTraces)));
    }

    private Task<ExportedTrace> CompletedAsync(Activity click, string last, string serviceBelow) => Eventually.BecomesAsync(
        () => Task.FromResult(stack.Spans.Of(click.TraceId)),
        trace => trace.IsConnected && trace.Find(last) is { } end && trace.Has(serviceBelow, end),
        $"the trace {click.TraceId} is complete");
}
