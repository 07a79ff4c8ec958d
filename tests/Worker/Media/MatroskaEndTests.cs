using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

public sealed class MatroskaEndTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1000)]
    [InlineData(40, 39_000)]
    public void The_last_block_has_the_last_timestamp(int seconds, int last) =>
        Assert.Equal(last, MatroskaEnd.LastTimestamp(SampleBytes.Matroska(60_000, seconds)));

    [Fact]
    public void Only_the_end_is_needed() =>
        Assert.Equal(9_000, MatroskaEnd.LastTimestamp(SampleBytes.Matroska(60_000, 10).AsSpan()[^1000..]));

    [Fact]
    public void The_last_block_may_be_incomplete() =>
        Assert.Equal(9_000, MatroskaEnd.LastTimestamp(SampleBytes.Matroska(60_000, 10).AsSpan()[..^100]));

    [Fact]
    public void Clusters_of_unknown_size_are_read_too()
    {
        var video = SampleBytes.Matroska(60_000, 3);
        for (var at = video.AsSpan().IndexOf(Cluster); at >= 0;)
        {
            byte[] unknown = [1, 255, 255, 255, 255, 255, 255, 255];
            unknown.CopyTo(video, at + 4);
            var next = video.AsSpan(at + 4).IndexOf(Cluster);
            at = next < 0 ? next : at + 4 + next;
        }

        Assert.Equal(2_000, MatroskaEnd.LastTimestamp(video));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(450)]
    public void An_end_without_a_whole_cluster_says_nothing(int length) =>
        Assert.Null(MatroskaEnd.LastTimestamp(SampleBytes.Matroska(60_000, 10).AsSpan()[^length..]));

    [Fact]
    public void Hostile_bytes_say_nothing_and_take_no_time()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[2000];
            random.NextBytes(bytes);
            for (var at = 0; at < bytes.Length - 8; at += random.Next(4, 60))
            {
                Cluster.CopyTo(bytes.AsSpan(at));
            }

            Assert.Null(MatroskaEnd.LastTimestamp(bytes));
        }

        // Each is a cluster that seems to lead to the next.
        var many = Enumerable.Repeat<byte[]>([.. Cluster, 0x81], 800_000).SelectMany(bytes => bytes).ToArray();
        Assert.Null(MatroskaEnd.LastTimestamp(many));
    }

    private static byte[] Cluster => [0x1F, 0x43, 0xB6, 0x75];
}
