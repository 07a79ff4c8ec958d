using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Tests;

public sealed class FaultsBookTests
{
    private const string Subject = "POST /v2/local/run";

    private readonly FaultStore _book = new();

    [Theory]
    [InlineData(null, null, "x.........")]
    [InlineData(3, null, "xxx.......")]
    [InlineData(null, 3, "..x..x..x.")]
    [InlineData(2, 3, "..x..x....")]
    [InlineData(null, 1, "xxxxxxxxxx")]
    public void It_strikes_by_count(int? times, int? every, string expected)
    {
        _book.Add(new FaultRequest(CloudName.RunPod, FaultKind.CrashWorker, Subject, times, every));
        Assert.Equal(expected, Strikes(10));
    }

    [Fact]
    public void A_seed_draws_one_of_each_so_many_and_always_the_same()
    {
        var first = Drawn(7);

        Assert.Equal(first, Drawn(7));
        Assert.NotEqual(first, Drawn(8));
        Assert.All(first.Chunk(5), five => Assert.Single(five, 'x'));
    }

    [Fact]
    public void The_first_asked_for_strikes_first()
    {
        var one = _book.Add(new FaultRequest(CloudName.RunPod, FaultKind.CrashWorker));
        var two = _book.Add(new FaultRequest(CloudName.RunPod, FaultKind.CrashWorker));

        Assert.Equal([one, two, null], [Strike(), Strike(), Strike()]);
    }

    [Theory]
    [InlineData("", "POST /v1/refunds", true)]
    [InlineData("POST /v1/refunds", "POST /v1/refunds/re_1/cancel", true)]
    [InlineData("POST /v1/refunds", "GET /v1/refunds", false)]
    [InlineData("charge.refunded", "charge.refunded", true)]
    [InlineData("charge.refunded", "charge.refunded.more", false)]
    [InlineData("charge.*", "charge.dispute.created", true)]
    [InlineData("charge.*", "charges.created", false)]
    public void It_matches_a_prefix_of_a_request_and_the_whole_of_an_event_type(string match, string subject, bool expected)
    {
        _book.Add(new FaultRequest(CloudName.Stripe, FaultKind.DropWebhook, match));
        Assert.Equal(expected, _book.Strike(CloudName.Stripe, FaultKind.DropWebhook, subject) is not null);
    }

    [Fact]
    public void Many_threads_strike_no_more_often_than_asked()
    {
        _book.Add(new FaultRequest(CloudName.RunPod, FaultKind.CrashWorker, Times: 50));
        var struck = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (Strike() is not null)
            {
                Interlocked.Increment(ref struck);
            }
        });
        Assert.Equal(50, struck);
    }

    private string Drawn(int seed)
    {
        _book.Clear();
        _book.Add(new FaultRequest(CloudName.RunPod, FaultKind.CrashWorker, Every: 5, Seed: seed));
        return Strikes(50);
    }

    private Fault? Strike() => _book.Strike(CloudName.RunPod, FaultKind.CrashWorker, Subject);

    private string Strikes(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => Strike() is null ? '.' : 'x'));
}
