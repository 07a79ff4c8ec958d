using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

public sealed class FfmpegTests
{
    [Fact]
    public async Task One_that_is_too_old_is_refused_with_its_version()
    {
        using var old = new Fake("4.4.2-0ubuntu0.22.04.1", "56. 70.100");
        Assert.Equal(
            "the ffmpeg of this machine is too old (version 4.4.2-0ubuntu0.22.04.1): 5.1 or newer is needed", await RefusalAsync(old.Path));
    }

    [Fact]
    public async Task An_old_build_from_git_is_refused_by_its_library()
    {
        using var old = new Fake("N-47683-g0e8eb07980-static", "56. 24.101");
        Assert.Contains("is too old (version N-47683-g0e8eb07980-static)", await RefusalAsync(old.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_without_H264_is_refused()
    {
        using var bare = new Fake("7.1", "59. 39.100");
        Assert.Equal("the ffmpeg of this machine cannot write H.264 (it is built without libx264)", await RefusalAsync(bare.Path));
    }

    [Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]
    public async Task The_one_from_npm_does_the_same()
    {
        var (path, probe) = await NpmFfmpeg.FetchAsync(_ => { }, CancellationToken.None);
        await using var rig = await WorkerRig.StartAsync(new WorkerOptions { FfmpegPath = path, FfprobePath = probe });
        await using var usual = await WorkerRig.StartAsync();
        var quarters = await CorpusFiles.ReadAsync("quarters.mp4");
        foreach (var source in new[]
        {
            Mp4Patch.Turn(quarters, -1, 0, 0, 1),
            Mp4Patch.Turn(quarters, 1, 0, 0, -1),
            Mp4Patch.Turn(quarters, 0, 1, 1, 0),
            await CorpusFiles.ReadAsync("pq.mov"),
            await CorpusFiles.ReadAsync("full-range.mp4"),
            await CorpusFiles.ReadAsync("odd.mkv"),
        })
        {
            rig.Place.Files["/in.mp4"] = usual.Place.Files["/in.mp4"] = source;
            var input = new
            {
                overlay_layers = new object[]
                {
                    new { type = "box", x = 100, y = 100, width = 200, height = 100, color = "#FF8000" },
                    new { type = "text", x = 100, y = 400, text = "Text", font_size = 80, color = "black" },
                },
            };
            var (one, other) = (await rig.ResultOfAsync(rig.Input(input)), await usual.ResultOfAsync(usual.Input(input)));
            Assert.InRange(await ClipFacts.SimilarityAsync(one, other), 38, double.PositiveInfinity);
            Assert.Equal((await ClipFacts.OfAsync(other)).Colors, (await ClipFacts.OfAsync(one)).Colors);
        }

        rig.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync("recorded.webm");
        Assert.Equal(108, (await ClipFacts.OfAsync(await rig.ResultOfAsync(rig.Input(new { max_duration_s = 4 })))).Frames);
        rig.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync("cut-faststart.mp4");
        Assert.Contains("ends after", await rig.ErrorOfAsync(rig.Input(new { max_duration_s = 4 })), StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(string path)
    {
        var finder = new FfmpegFinder(new FfmpegPaths(path), NullLogger<FfmpegFinder>.Instance);
        return (await Assert.ThrowsAsync<FfmpegException>(() => finder.FindAsync(CancellationToken.None))).Message;
    }

    /// <summary>A program that answers every question with a version.</summary>
    private sealed class Fake : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("ffmpeg-").FullName;

        public Fake(string version, string library)
        {
            Path = System.IO.Path.Combine(_folder, "ffmpeg");
            foreach (var name in new[] { "ffmpeg", "ffprobe" })
            {
                var file = System.IO.Path.Combine(_folder, name);
                File.WriteAllText(
                    file,
                    $"#!/bin/sh\nprintf '%s\\n' '{name} version {version} Copyright (c)' 'libavutil      {library} / {library}'\n");
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
                }
            }
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
