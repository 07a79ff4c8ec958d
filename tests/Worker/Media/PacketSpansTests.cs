using System.Globalization;

namespace ReelBallers.Worker.Tests;

/// <summary>Spans and frame rates of streams whose clock begins anew, as broadcasts that were cut together have it.</summary>
public sealed class PacketSpansTests
{
    [Theory]
    // Back to the beginning, back a little, on by an hour, and over the end of a clock of 33 bits.
    [InlineData(1.4, 1.4)]
    [InlineData(100, 99.5)]
    [InlineData(1.4, 3600)]
    [InlineData(95_442.7, 0)]
    public void A_clock_that_begins_anew_continues_without_a_gap(double first, double second)
    {
        var spans = new PacketSpans(timestampsJump: true);
        AddSecond(spans, first);
        AddSecond(spans, second);
        var span = spans.Streams[0];
        Assert.Equal((50, 2, first), (span.Packets, Math.Round(span.Length, 3), span.Start));
        var said = new ProbeStream { AvgFrameRate = "25/1" };
        Assert.Equal("25/1", FrameRate.Of(said, span).Text);
        Assert.Equal(25, FrameRate.Of(new ProbeStream(), span).PerSecond, 0.01);
    }

    [Fact]
    public void Frames_that_are_shown_before_those_that_were_decoded_before_are_no_new_clock()
    {
        var spans = new PacketSpans(timestampsJump: true);
        // Four times I P B B at five frames a second: the times of showing step back by 0.4 s.
        for (var group = 0; group < 4; group++)
        {
            foreach (var (decoded, shown) in new[] { (0, 1), (1, 4), (2, 2), (3, 3) })
            {
                Add(spans, ((4 * group) + shown) / 5.0, ((4 * group) + decoded) / 5.0, 0.2);
            }
        }
        Assert.Equal(3.2, spans.Streams[0].Length, 0.001);
    }

    [Fact]
    public void A_pause_of_some_seconds_is_part_of_the_video()
    {
        var spans = new PacketSpans(timestampsJump: true);
        AddSecond(spans, 0);
        AddSecond(spans, 9);
        Assert.Equal(10, spans.Streams[0].Length, 0.001);
    }

    [Fact]
    public void Times_of_files_with_an_index_are_taken_as_they_are()
    {
        var spans = new PacketSpans(timestampsJump: false);
        AddSecond(spans, 0);
        AddSecond(spans, 3600);
        Assert.Equal(3601, spans.Streams[0].Length, 0.001);
    }

    private static void AddSecond(PacketSpans spans, double start)
    {
        for (var frame = 0; frame < 25; frame++)
        {
            var time = start + (frame / 25.0);
            Add(spans, time, time, 0.04);
        }
    }

    private static void Add(PacketSpans spans, double shown, double decoded, double duration) =>
        spans.Read(string.Create(CultureInfo.InvariantCulture, $"0,{shown:0.000000},{decoded:0.000000},{duration:0.000000},K__"));
}
