using System.Diagnostics;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>What a job with a model says and does beside its picture: frames that are added, refusals, and its end at any time.</summary>
public sealed class ModelJobTests : IAsyncLifetime
{
    private readonly ModelFolder _folder = new();
    private WorkerRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.With("HAT-L", TinyModels.Network(), """{"kind":"upscale","factor":2,"tile":64,"overlap":8}""")
            .With("RIFE", TinyModels.Average(), """{"kind":"interpolate","tile":256,"overlap":16}""");
        _rig = await WorkerRig.StartAsync(_folder.Options);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(60.0, 60, "60/1", 32)]
    [InlineData(30.0, 30, "30/1", 31)]
    [InlineData(null, 50, "50/1", 32)]
    public async Task A_model_that_adds_frames_makes_the_rate_that_was_asked_for(double? target, int frames, string rate, int level)
    {
        _rig.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync("mute.mp4");
        var result = await ClipFacts.OfAsync(await _rig.ResultOfAsync(_rig.Input(new { upscale_model = "rife", target_fps = target })));
        Assert.Equal((frames, rate, level), (result.Frames, result.FrameRate, result.Level));
        Assert.Equal(1, result.Duration, 0.02);
        Assert.Equal((null, "RIFE"), (_rig.Result!.UpscaledBy, _rig.Result.InterpolatedBy));
    }

    [Fact]
    public async Task A_frame_that_was_added_is_between_its_neighbours_and_the_sound_stays()
    {
        // Each second is 40 brighter, and the picture has ten frames a second.
        _rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
            "brighter.mp4", "-f", "lavfi", "-i", "color=black:size=320x180:rate=10:duration=2,format=gray,geq=lum='40+40*T':cr=128:cb=128",
            "-f", "lavfi", "-i", "sine=duration=2", "-c:v", "libx264", "-crf", "1", "-pix_fmt", "yuv420p", "-c:a", "aac");
        var file = await _rig.ResultOfAsync(_rig.Input(new { upscale_model = "RIFE", target_fps = 20 }));
        var result = await ClipFacts.OfAsync(file);
        Assert.Equal(40, result.Frames);
        Assert.NotNull(result.Audio);
        var values = await result.BrightnessAsync();
        Assert.All(values.Zip(values.Skip(1)).Take(37), pair => Assert.InRange(pair.Second - pair.First, 0.9, 3.1));
    }

    [Fact]
    public async Task A_job_whose_model_is_not_there_fails_before_anything_is_downloaded()
    {
        Assert.Equal(
            "this worker does not have the model SwinIR-L; it has HAT-L, RIFE",
            await _rig.ErrorOfAsync(_rig.Input(new { upscale_model = "SwinIR-L" })));
        await using var bare = await WorkerRig.StartAsync();
        Assert.Equal(
            "this worker does not have the model HAT-L; it has none",
            await bare.ErrorOfAsync(bare.Input(new { upscale_model = "HAT-L" })));
        Assert.Equal((0, 0), (_rig.Place.Gets, bare.Place.Gets));
        await _rig.ResultOfAsync(_rig.Input());
        Assert.Equal(1, _rig.Place.Gets);
    }

    [Fact]
    public async Task A_rate_needs_a_model_that_adds_frames()
    {
        Assert.Equal(
            "input.target_fps needs an upscale_model that adds frames", await _rig.ErrorOfAsync(_rig.Input(new { target_fps = 60 })));
        Assert.Equal(
            "input.target_fps needs a model that adds frames, which HAT-L is not",
            await _rig.ErrorOfAsync(_rig.Input(new { upscale_model = "HAT-L", target_fps = 60 })));
        Assert.Contains(
            "target_fps must be a number from 10 to 120",
            await _rig.ErrorOfAsync(_rig.Input(new { upscale_model = "RIFE", target_fps = 1000 })),
            StringComparison.Ordinal);
    }

    [Theory(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    [InlineData("irregular.mp4")]
    [InlineData("late-clock.ts")]
    [InlineData("late-picture.mp4")]
    public async Task The_ffmpeg_of_npm_keeps_the_times_as_well(string name)
    {
        var (path, probe) = await NpmFfmpeg.FetchAsync(_ => { }, CancellationToken.None);
        await using var newer = await WorkerRig.StartAsync(_folder.Options with { FfmpegPath = path, FfprobePath = probe });
        _rig.Place.Files["/in.mp4"] = newer.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync(name);
        // Without a model, so that a mistake on the way through one cannot be in both.
        var expected = await ClipFacts.OfAsync(await _rig.ResultOfAsync(_rig.Input()));
        var actual = await ClipFacts.OfAsync(await newer.ResultOfAsync(newer.Input(new { upscale_model = "HAT-L" })));
        Assert.Equal(expected.Frames, actual.Frames);
        Assert.All((await expected.TimesAsync()).Zip(await actual.TimesAsync()), pair => Assert.Equal(pair.First, pair.Second, 0.0015));
        Assert.Equal(expected.Duration, actual.Duration, 0.05);
        Assert.Equal(expected.Level, actual.Level);
        Assert.Equal(expected.Audio is null, actual.Audio is null);
    }

    [Fact]
    public async Task A_worker_that_stands_in_for_models_says_so()
    {
        await using var offline = await WorkerRig.StartAsync(new WorkerOptions { StandInForModels = true });
        offline.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync("mute.mp4");
        var file = await offline.ResultOfAsync(offline.Input(new { upscale_model = "RIFE", target_fps = 50 }));
        var result = await ClipFacts.OfAsync(file);
        Assert.InRange(result.Frames, 49, 51);
        Assert.Equal(1, result.Duration, 0.05);
        Assert.Equal(("lanczos", "blend"), (offline.Result!.UpscaledBy, offline.Result.InterpolatedBy));
    }

    [Fact]
    public async Task A_job_that_is_cancelled_leaves_no_process_and_no_file()
    {
        await TakeLongAsync();
        using var stop = new CancellationTokenSource();
        var job = _rig.RunAsync(LongInput(), _ => { }, stop.Token);
        await Eventually.IsTrueAsync(() => Task.FromResult(Processes().Count == 2), "decoder and encoder run");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        Assert.Empty(Processes());
        Assert.False(Directory.Exists(_rig.JobDirectory));
        Assert.Empty(_rig.Place.Puts);

        // The next job has the model at once.
        _rig.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync("one-frame.mp4");
        await _rig.ResultOfAsync(_rig.Input(new { upscale_model = "HAT-L" }));
    }

    [Theory]
    [InlineData("pipe:0")]
    [InlineData("before-model.txt")]
    public async Task A_job_whose_ffmpeg_dies_fails_and_leaves_none_behind(string argument)
    {
        await TakeLongAsync();
        var job = _rig.RunAsync(LongInput(), _ => { }, CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(Processes().Count == 2), "decoder and encoder run");
        var victim = Processes().Single(id => File.ReadAllText($"/proc/{id}/cmdline").Contains(argument, StringComparison.Ordinal));
        using (var process = Process.GetProcessById(victim))
        {
            process.Kill();
        }

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => job);
        Assert.StartsWith("the video could not be processed", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Processes());
        Assert.False(Directory.Exists(_rig.JobDirectory));
        Assert.Empty(_rig.Place.Puts);
    }

    private async Task TakeLongAsync() => _rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
        "long.mp4", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=60", "-c:v", "libx264", "-preset", "ultrafast");

    private System.Text.Json.Nodes.JsonObject LongInput() => _rig.Input(new { upscale_model = "HAT-L", max_duration_s = 60 });

    /// <summary>The processes of the job that go on until it ends.</summary>
    private List<int> Processes()
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if (new DirectoryInfo(folder + "/cwd").LinkTarget == _rig.JobDirectory
                    && File.ReadAllText(folder + "/cmdline") is { } line
                    && (line.Contains("pipe:0", StringComparison.Ordinal) || line.Contains("before-model.txt", StringComparison.Ordinal)))
                {
                    found.Add(int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }
}
