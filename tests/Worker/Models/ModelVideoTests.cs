namespace ReelBallers.Worker.Tests;

/// <summary>A whole job with a model between decoder and encoder: the same video, made larger by the model.</summary>
public sealed class ModelVideoTests : IAsyncLifetime
{
    private const string Description = """{"kind":"upscale","factor":2,"tile":128,"overlap":8}""";

    private readonly ModelFolder _folder = new();
    private WorkerRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.With("Real-ESRGAN", TinyModels.Resize(2), Description).With("HAT-L", TinyModels.Network(), Description);
        _rig = await WorkerRig.StartAsync(_folder.Options);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_manifest_says_which_model_it_was()
    {
        await _rig.ResultOfAsync(_rig.Input(new { upscale_model = "real-esrgan" }));
        Assert.Equal("real-esrgan", _rig.Result!.UpscaleModel);
        Assert.Equal("Real-ESRGAN", _rig.Result.UpscaledBy);
        Assert.Null(_rig.Result.InterpolatedBy);
    }

    /// <summary>What the model is given and what becomes of its result, against ONNX Runtime alone and ffmpeg alone.</summary>
    [Fact]
    public async Task A_frame_is_what_ONNX_Runtime_makes_of_it()
    {
        await TakeAsync("mute.mp4");
        var result = await _rig.ResultOfAsync(_rig.Input(new { upscale_model = "HAT-L" }));
        var size = new FrameSize(320, 180);
        var source = await FrameOfAsync("scale=out_range=pc:flags=accurate_rnd+full_chroma_int");
        var whole = TiledModelTests.Whole(TinyModels.Network(), size, source, factor: 2);
        var expected = await EncodeAsync(whole, new FrameSize(640, 360));
        Assert.InRange(await ClipFacts.SimilarityAsync(result, expected), 38, double.PositiveInfinity);

        var scaled = await EncodeAsync(source, size);
        Assert.InRange(await ClipFacts.SimilarityAsync(result, scaled), 0, 25);
    }

    [Fact]
    public async Task A_model_that_is_a_bilinear_scaler_makes_what_that_scaler_makes()
    {
        await TakeAsync("mute.mp4");
        var result = await _rig.ResultOfAsync(_rig.Input(new { upscale_model = "Real-ESRGAN" }));
        var source = await FrameOfAsync("scale=640:360:flags=bilinear+accurate_rnd+full_chroma_int:out_range=pc");
        var expected = await EncodeAsync(source, new FrameSize(640, 360));
        Assert.InRange(await ClipFacts.SimilarityAsync(result, expected), 36, double.PositiveInfinity);
        Assert.InRange(await ClipFacts.StructuralSimilarityAsync(result, expected), 0.985, 1);
    }

    /// <summary>The kinds that the filters before and after the model must treat as those without a model do.</summary>
    [Theory]
    [InlineData("quarters.mp4", null)]
    [InlineData("pq.mov", null)]
    [InlineData("full-range.mp4", null)]
    [InlineData("sd-tagged.mp4", null)]
    [InlineData("interlaced.mp4", null)]
    [InlineData("odd.mkv", null)]
    [InlineData("anamorphic.mp4", null)]
    [InlineData("turned.ts", null)]
    [InlineData("mute.mp4", "pan")]
    [InlineData("mute.mp4", "zoom")]
    [InlineData("mute.mp4", "layers")]
    public async Task The_picture_and_its_colours_stay_what_they_are(string name, string? work)
    {
        await TakeAsync(name);
        object[] crops =
        [
            new { time = 0.0, x = 0, y = 0, width = 160, height = 90 },
            new { time = 0.8, x = 100, y = 60, width = work == "zoom" ? 200 : 160, height = work == "zoom" ? 112 : 90 },
        ];
        object[] layers =
        [
            new { type = "box", x = 100, y = 50, width = 200, height = 100, color = "#FF0000" },
            new { type = "text", x = 100, y = 300, text = "Goal", font_size = 90 },
        ];
        object More(string? model) => work switch
        {
            "pan" or "zoom" => new { upscale_model = model, crop_keyframes = crops },
            "layers" => new { upscale_model = model, overlay_layers = layers },
            _ => new { upscale_model = model },
        };
        var with = await _rig.ResultOfAsync(Input(More("Real-ESRGAN")));
        var without = await _rig.ResultOfAsync(Input(More(null)));
        var (one, other) = (await ClipFacts.OfAsync(with), await ClipFacts.OfAsync(without));
        Assert.InRange(await ClipFacts.SimilarityAsync(with, without), 24, double.PositiveInfinity);
        Assert.InRange(await ClipFacts.StructuralSimilarityAsync(with, without), 0.93, 1);
        Assert.Equal(other.Colors, one.Colors);
        Assert.Equal(other.Frames, one.Frames);
        Assert.Equal(other.Level, one.Level);
        Assert.Equal(other.Duration, one.Duration, 0.05);
    }

    [Theory]
    [InlineData("irregular.mp4")]
    [InlineData("ntsc.mp4")]
    [InlineData("recorded.webm")]
    [InlineData("late-picture.mp4")]
    [InlineData("late-sound.mp4")]
    [InlineData("late-clock.ts")]
    [InlineData("wrapped-clock.ts")]
    [InlineData("edited.mp4")]
    [InlineData("slides.mp4")]
    [InlineData("one-frame.mp4")]
    public async Task Frames_and_sound_keep_their_times(string name)
    {
        await TakeAsync(name);
        var with = await ClipFacts.OfAsync(await _rig.ResultOfAsync(Input(new { upscale_model = "Real-ESRGAN" })));
        var without = await ClipFacts.OfAsync(await _rig.ResultOfAsync(Input(new { })));
        var pairs = (await without.TimesAsync()).Zip(await with.TimesAsync());
        Assert.Equal(without.Frames, with.Frames);
        Assert.All(pairs, pair => Assert.Equal(pair.First, pair.Second, 0.0001));
        Assert.Equal(without.Duration, with.Duration, 0.05);
        if (name == "ntsc.mp4")
        {
            Assert.Equal("30000/1001", with.FrameRate);
        }

        Assert.Equal(without.Audio is null, with.Audio is null);
        if (without.Audio is not null)
        {
            foreach (var begin in new[] { 0.0, 0.6, 1.2 }.Where(begin => begin + 0.3 < without.Duration))
            {
                Assert.Equal(await without.LoudestAsync(begin, begin + 0.3), await with.LoudestAsync(begin, begin + 0.3), 1.0);
            }
        }
    }

    [Fact]
    public async Task A_model_gets_no_more_pixels_than_the_result_has()
    {
        _rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
            "large.mp4", "-f", "lavfi", "-i", "testsrc2=size=2560x1440:rate=5:duration=0.4", "-c:v", "libx264", "-preset", "ultrafast");
        var result = await ClipFacts.OfAsync(await _rig.ResultOfAsync(Input(new { upscale_model = "HAT-L" })));
        Assert.Equal((2, 1280), (result.Frames, result.Video!.Value.GetProperty("width").GetInt32()));
        var crop = new[] { new { time = 0, x = 0, y = 0, width = 2000, height = 1000 } };
        var input = WorkerInput.Read(System.Text.Json.JsonSerializer.SerializeToElement(
            Input(new { upscale_model = "x", target_resolution = "2160p", crop_keyframes = crop })));
        var source = await SourceAsync();
        var factor = (int times) => ModelDescription.Read("m", $$"""{"kind":"upscale","factor":{{times}}}""");
        Assert.Equal(new FrameSize(2000, 1000), FrameFilters.Of(input, source, factor(2)).Size);
        Assert.Equal(new FrameSize(1920, 960), FrameFilters.Of(input, source, factor(4)).Size);
        Assert.Equal(new FrameSize(960, 480), FrameFilters.Of(input, source, factor(8)).Size);
    }

    private Task<VideoSource> SourceAsync() => _rig.ReadSourceAsync();

    private System.Text.Json.Nodes.JsonObject Input(object more)
    {
        var input = _rig.Input(more);
        input["max_duration_s"] = 10;
        return input;
    }

    private async Task TakeAsync(string name) => _rig.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync(name);

    /// <summary>The first frame as packed RGB.</summary>
    private async Task<byte[]> FrameOfAsync(string filter)
    {
        var file = Path.Combine(_rig.DataDirectory, "source.mp4");
        await File.WriteAllBytesAsync(file, _rig.Place.Files["/in.mp4"]);
        return await FfmpegPipe.RunAsync(
            [], "-i", file, "-frames:v", "1", "-vf",
            $"setparams=colorspace=smpte170m:range=tv,scale=out_color_matrix=bt709:flags=accurate_rnd+full_chroma_int,"
            + $"{filter}:in_color_matrix=bt709,format=rgb24",
            "-f", "rawvideo", "pipe:1");
    }

    /// <summary>A still video of a picture, as the worker scales and encodes.</summary>
    private static Task<byte[]> EncodeAsync(byte[] picture, FrameSize size) => FfmpegPipe.RunAsync(
        picture, "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{size.Width}x{size.Height}", "-i", "pipe:0", "-frames:v", "1",
        "-vf", "scale=1280:720:flags=lanczos+accurate_rnd+full_chroma_int:out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-c:v", "libx264", "-crf", "1", "-f", "matroska", "pipe:1");
}
