namespace ReelBallers.Worker.Tests;

/// <summary>Frames between frames: each at its time, and a mixture only where there is something between.</summary>
public sealed class InterpolateStageTests : IDisposable
{
    private const int Clock = NutWriter.Clock;
    private static readonly FrameSize Size = new(16, 16);
    private readonly ModelFolder _folder = new();

    public static TheoryData<string> Kinds => ["average", "time as a picture", "time as a number", "time without a dimension"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_frame_has_what_is_there_at_its_time(string kind)
    {
        // From 100 to 132 and to 148, ten times a second; asked for forty.
        var shown = Run(kind, 40, (0, 100), (Clock / 10, 132), (Clock / 5, 148));
        int[] values = [100, 108, 116, 124, 132, 136, 140, 144, 148, 148, 148, 148];
        Assert.Equal(values.Select((value, index) => ((long)index * Clock / 40, value)), shown);
    }

    [Fact]
    public void A_rate_that_is_no_multiple_is_met_as_nearly_as_the_model_can()
    {
        var shown = Run("average", 24, (0, 0), (Clock / 10, 48));
        // 24 a second of 10: 0, 1/2.4, 2/2.4 of the way, and then the last one; the average knows sixteenths.
        Assert.Equal([0, 21, 39, 48, 48], shown.Select(frame => frame.Value));
    }

    [Fact]
    public void Across_a_cut_the_nearest_picture_is_shown() => Assert.Equal(
        [10, 10, 200, 200, 200, 200, 200, 200],
        Run("average", 40, (0, 10), (Clock / 10, 200)).Select(frame => frame.Value));

    [Fact]
    public void In_a_pause_the_last_picture_stays() => Assert.Equal(
        [10, .. Enumerable.Repeat(10, 5), .. Enumerable.Repeat(40, 10)],
        Run("average", 10, (0, 10), (Clock * 11 / 10, 40)).Select(frame => frame.Value));

    [Fact]
    public void One_picture_stays_as_long_as_its_rate_says() =>
        Assert.Equal([7, 7, 7, 7], Run("average", 40, (500, 7)).Select(frame => frame.Value));

    private List<(long Time, int Value)> Run(string kind, double rate, params (long Time, byte Value)[] pictures)
    {
        var model = kind switch
        {
            "average" => TinyModels.Average(),
            "time as a picture" => TinyModels.Mixture(null, 1, null, null),
            "time as a number" => TinyModels.Mixture(1),
            _ => TinyModels.Mixture(),
        };
        var file = _folder.With("m", model, """{"kind":"interpolate","tile":16,"overlap":0}""").Find("m");
        using var loaded = LoadedModel.Start(
            "m", file.Description, OnnxModel.Load(file, new ModelDevice("cpu")), TimeProvider.System, CancellationToken.None);
        var stage = new InterpolateStage(loaded, Size, rate, sourceRate: 10);
        // As the reader does, two buffers take turns.
        byte[][] buffers = [new byte[Size.Width * Size.Height * 3], new byte[Size.Width * Size.Height * 3]];
        var shown = new List<(long, int)>();
        foreach (var (index, (time, value)) in pictures.Index())
        {
            Array.Fill(buffers[index % 2], value);
            shown.AddRange(stage.Next(new TimedPicture(time, buffers[index % 2]), CancellationToken.None).Select(Show));
        }

        shown.AddRange(stage.End().Select(Show));
        return shown;
    }

    private static (long Time, int Value) Show(TimedPicture picture)
    {
        Assert.Single(picture.Pixels.Distinct());
        return (picture.Time, picture.Pixels[0]);
    }
}
