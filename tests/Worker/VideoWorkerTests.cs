using System.Text;
using System.Text.Json.Nodes;

namespace ReelBallers.Worker.Tests;

public sealed class VideoWorkerTests : IAsyncLifetime
{
    private WorkerRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await WorkerRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task The_result_is_1080p_with_sound_and_plays_while_it_loads()
    {
        var input = _rig.Input();
        input.Remove("target_resolution");
        var file = await _rig.ResultOfAsync(input);
        var description = await ClipMaker.DescribeAsync(file);
        Assert.Contains("Video: h264", description, StringComparison.Ordinal);
        Assert.Contains("yuv420p", description, StringComparison.Ordinal);
        Assert.Contains("1920x1080 [SAR 1:1 DAR 16:9]", description, StringComparison.Ordinal);
        Assert.Contains("Audio: aac", description, StringComparison.Ordinal);
        var text = Encoding.Latin1.GetString(file);
        Assert.True(text.IndexOf("moov", StringComparison.Ordinal) < text.IndexOf("mdat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_proportions_get_bars()
    {
        // 320x240 fits into 1280x720 as 960x720.
        var frame = await ClipMaker.FrameAsync(await _rig.ResultOfAsync(_rig.Input()), 1, 1280, 720);
        Assert.Equal(
            ["black", "red", "lime", "black", "blue", "white"],
            new[] { (80, 100), (200, 100), (1080, 100), (1200, 100), (200, 600), (1080, 600) }
                .Select(at => frame.ColorAt(at.Item1, at.Item2)));
    }

    [Fact]
    public async Task The_crop_moves_from_keyframe_to_keyframe()
    {
        var file = await _rig.ResultOfAsync(_rig.Input(new
        {
            crop_keyframes = new[]
            {
                new { time = 0.0, x = 0, y = 0, width = 160, height = 90 },
                new { time = 1.0, x = 160, y = 0, width = 160, height = 90 },
                new { time = 1.5, x = 160, y = 150, width = 160, height = 90 },
            },
        }));
        Assert.Equal(["red", "red"], await MiddleRowAsync(file, 0));
        Assert.Equal(["red", "lime"], await MiddleRowAsync(file, 0.5));
        Assert.Equal(["lime", "lime"], await MiddleRowAsync(file, 1));
        Assert.Equal(["white", "white"], await MiddleRowAsync(file, 1.8));
    }

    [Fact]
    public async Task The_crop_zooms_when_the_keyframes_differ_in_size()
    {
        var file = await _rig.ResultOfAsync(_rig.Input(new
        {
            crop_keyframes = new[]
            {
                new { time = 0.0, x = 0, y = 60, width = 320, height = 180 },
                new { time = 1.0, x = 160, y = 150, width = 160, height = 90 },
            },
        }));
        var whole = await ClipMaker.FrameAsync(file, 0, 1280, 720);
        Assert.Equal(["red", "lime", "blue", "white"], Corners(whole));
        var half = await ClipMaker.FrameAsync(file, 0.5, 1280, 720);
        // Halfway the rectangle is 240x135 at (80, 105): a third of it is left of the middle, a ninth above.
        Assert.Equal(["blue", "white"], [half.ColorAt(380, 360), half.ColorAt(480, 360)]);
        Assert.Equal(["lime", "white"], [half.ColorAt(900, 40), half.ColorAt(900, 130)]);
        Assert.Equal(["white", "white", "white", "white"], Corners(await ClipMaker.FrameAsync(file, 1.5, 1280, 720)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Five_hundred_keyframes_are_not_too_many(int growth)
    {
        var keyframes = Enumerable.Range(0, 500).Select(i => new
        {
            time = i / 250.0,
            x = (i * 7 % 100) / 3.0,
            y = (i * 3 % 50) / 3.0,
            width = 160 + (i % 2 * growth),
            height = 90 + (i % 2 * growth / 2),
        });
        await _rig.ResultOfAsync(_rig.Input(new { crop_keyframes = keyframes }));
    }

    [Fact]
    public async Task A_box_is_where_and_when_it_should_be()
    {
        var file = await _rig.ResultOfAsync(_rig.Input(new
        {
            crop_keyframes = new[] { new { time = 0, x = 0, y = 0, width = 160, height = 90 } },
            overlay_layers = new object[]
            {
                new { type = "box", x = 100, y = 50, width = 200, height = 100, color = "#ff00FF", start_s = 1 },
                new { type = "box", x = 1200, y = 700, width = 500, height = 500, color = "blue", end_s = 1 },
                new { type = "box", x = 600, y = 300, width = 100, height = 100, color = "white", opacity = 0.5 },
            },
        }));
        var early = await ClipMaker.FrameAsync(file, 0.5, 1280, 720);
        Assert.Equal(["red", "blue"], [early.ColorAt(200, 100), early.ColorAt(1270, 710)]);
        var late = await ClipMaker.FrameAsync(file, 1.5, 1280, 720);
        Assert.Equal(["magenta", "magenta"], [late.ColorAt(106, 56), late.ColorAt(293, 143)]);
        Assert.Equal(["red", "red", "red"], [late.ColorAt(94, 100), late.ColorAt(306, 100), late.ColorAt(1270, 710)]);
        Assert.StartsWith("rgb(", late.ColorAt(650, 350), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_is_drawn_as_it_is_and_breaks_out_of_nothing()
    {
        var file = await _rig.ResultOfAsync(_rig.Input(new
        {
            crop_keyframes = new[] { new { time = 0, x = 0, y = 0, width = 160, height = 90 } },
            overlay_layers = new[]
            {
                new { type = "text", x = 100, y = 100, text = "a':\\,;[b]%{pts}%{metadata:x}\u0000\r\n',drawbox=t=fill,'", font_size = 40 },
                new { type = "text", x = 100, y = 500, text = "%{metadata:nothing}", font_size = 40 },
            },
        }));
        var frame = await ClipMaker.FrameAsync(file, 1, 1280, 720);
        Assert.NotEqual(0, frame.CountOthers("red", 100, 100, 600, 100));
        Assert.NotEqual(0, frame.CountOthers("red", 100, 500, 300, 60));
        Assert.Equal(0, frame.CountOthers("red", 0, 300, 1280, 190));
        Assert.Equal(0, frame.CountOthers("red", 0, 0, 90, 720));
    }

    [Fact]
    public async Task A_source_that_lasts_longer_than_was_paid_for_is_refused()
    {
        Assert.Equal(
            "the source lasts longer (2 s) than the 1.4 s that are allowed",
            await _rig.ErrorOfAsync(_rig.Input(new { max_duration_s = 1.4 })));
        await _rig.ResultOfAsync(_rig.Input(new { max_duration_s = 1.6 }));
    }

    [Fact]
    public async Task A_source_that_does_not_say_how_long_it_lasts_is_measured()
    {
        // Like a browser's recording: a stream, of which the index was never written.
        _rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
            "live.mkv", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=3", "-c:v", "libx264", "-f", "matroska", "-live", "1");
        Assert.Contains("Duration: N/A", await ClipMaker.DescribeAsync(_rig.Place.Files["/in.mp4"]), StringComparison.Ordinal);
        Assert.Contains("lasts longer", await _rig.ErrorOfAsync(_rig.Input(new { max_duration_s = 2 })), StringComparison.Ordinal);
        await _rig.ResultOfAsync(_rig.Input(new { max_duration_s = 3 }));
    }

    [Fact]
    public async Task What_is_no_video_is_refused()
    {
        // Without a bar, ffmpeg would follow it to a video that lies on this machine.
        var elsewhere = Path.Combine(_rig.DataDirectory, "elsewhere.ts");
        await File.WriteAllBytesAsync(
            elsewhere,
            await ClipMaker.MakeAsync("elsewhere.ts", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=1", "-f", "mpegts"));
        var playlist = Encoding.UTF8.GetBytes($"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{elsewhere}\n#EXT-X-ENDLIST\n");
        var sound = await ClipMaker.MakeAsync("sound.mp4", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac");
        var picture = await ClipMaker.MakeAsync("picture.png", "-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1");
        const string NoVideo = "the source is not a video that can be read";
        foreach (var (source, error) in new[]
        {
            ([], $"{NoVideo}: it is empty"),
            ("some text"u8.ToArray(), NoVideo),
            (playlist, NoVideo),
            (sound, $"{NoVideo}: it has only sound"),
            (picture, $"{NoVideo}: it is an image (PNG)"),
            ([.. (await ClipMaker.QuadrantsAsync()).Take(500)],
                "the source is damaged: it was cut off, and the part that is missing holds its index (moov)"),
        })
        {
            _rig.Place.Files["/in.mp4"] = source;
            Assert.Equal(error, await _rig.ErrorOfAsync(_rig.Input()));
        }
    }

    [Theory]
    [InlineData("""{"source_url":"file:///etc/passwd"}""", "source_url")]
    [InlineData("""{"source_url":null}""", "source_url")]
    [InlineData("""{"source_url":"concat:a|b"}""", "source_url")]
    [InlineData("""{"output_url":"out.mp4"}""", "output_url")]
    [InlineData("""{"output_key":""}""", "output_key")]
    [InlineData("""{"manifest_url":"file:///tmp/x"}""", "manifest_url")]
    [InlineData("""{"source_etag":7}""", "source_etag")]
    [InlineData("""{"max_duration_s":0}""", "max_duration_s")]
    [InlineData("""{"max_duration_s":"NaN"}""", "max_duration_s")]
    [InlineData("""{"max_duration_s":1e999}""", "max_duration_s")]
    [InlineData("""{"target_resolution":"1080p,drawtext=textfile=x"}""", "target_resolution")]
    [InlineData("""{"target_resolution":1080}""", "target_resolution")]
    [InlineData("""{"upscale_model":"x:y"}""", "upscale_model")]
    [InlineData("""{"type":"shell"}""", "type")]
    [InlineData("""{"crop_keyframes":{}}""", "crop_keyframes")]
    [InlineData("""{"crop_keyframes":[7]}""", "crop_keyframes[0]")]
    [InlineData("""{"crop_keyframes":[{"time":0,"x":0,"y":0,"width":64}]}""", "height")]
    [InlineData("""{"crop_keyframes":[{"time":0,"x":"0:y=1","y":0,"width":64,"height":64}]}""", "x")]
    [InlineData("""{"crop_keyframes":[{"time":-1,"x":0,"y":0,"width":64,"height":64}]}""", "time")]
    [InlineData("""{"crop_keyframes":[{"time":0,"x":-1,"y":0,"width":64,"height":64}]}""", "x")]
    [InlineData("""{"crop_keyframes":[{"time":0,"x":0,"y":0,"width":0,"height":64}]}""", "width")]
    [InlineData("""{"crop_keyframes":[{"time":0,"x":0,"y":0,"width":1e300,"height":64}]}""", "width")]
    [InlineData("""{"crop_keyframes":[{"time":0,"x":300,"y":0,"width":64,"height":64}]}""", "not inside the source, which is 320x240")]
    [InlineData("""{"crop_keyframes":[{"time":1,"x":0,"y":0,"width":64,"height":64},{"time":1,"x":0,"y":0,"width":64,"height":64}]}""",
        "[1].time")]
    [InlineData("""{"overlay_layers":[{"type":"image","x":0,"y":0}]}""", "type")]
    [InlineData("""{"overlay_layers":[{"x":0,"y":0}]}""", "type")]
    [InlineData("""{"overlay_layers":[{"type":"box","x":1280,"y":0,"width":9,"height":9}]}""", "x")]
    [InlineData("""{"overlay_layers":[{"type":"box","x":0,"y":0,"width":9,"height":9,"color":"red:t=1"}]}""", "color")]
    [InlineData("""{"overlay_layers":[{"type":"box","x":0,"y":0,"width":9,"height":9,"opacity":2}]}""", "opacity")]
    [InlineData("""{"overlay_layers":[{"type":"box","x":0,"y":0,"width":9,"height":9,"start_s":2,"end_s":1}]}""", "end_s")]
    [InlineData("""{"overlay_layers":[{"type":"text","x":0,"y":0,"text":""}]}""", "text")]
    [InlineData("""{"overlay_layers":[{"type":"text","x":0,"y":0,"text":"a","font_size":100000}]}""", "font_size")]
    public async Task A_hostile_value_fails_the_job_with_an_error_that_names_it(string json, string named)
    {
        // The text is sent as it is: a serializer would refuse some of it.
        var given = JsonNode.Parse(json)!.AsObject().Single();
        var rest = _rig.Input();
        rest.Remove(given.Key);
        var error = await _rig.ErrorOfAsync(rest.ToJsonString()[..^1] + "," + json[1..^1] + "}");
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Empty(_rig.Place.Puts);
    }

    [Fact]
    public async Task Too_many_keyframes_and_layers_are_refused()
    {
        var keyframes = Enumerable.Range(0, 501).Select(i => new { time = i, x = 0, y = 0, width = 64, height = 64 });
        Assert.Contains("at most 500", await _rig.ErrorOfAsync(_rig.Input(new { crop_keyframes = keyframes })), StringComparison.Ordinal);
        var layers = Enumerable.Range(0, 21).Select(_ => new { type = "box", x = 0, y = 0, width = 9, height = 9 });
        Assert.Contains("at most 20", await _rig.ErrorOfAsync(_rig.Input(new { overlay_layers = layers })), StringComparison.Ordinal);
    }

    private static async Task<string[]> MiddleRowAsync(byte[] file, double seconds)
    {
        var frame = await ClipMaker.FrameAsync(file, seconds, 1280, 720);
        return [frame.ColorAt(100, 360), frame.ColorAt(1180, 360)];
    }

    private static string[] Corners(Picture frame) =>
        [frame.ColorAt(20, 20), frame.ColorAt(1260, 20), frame.ColorAt(20, 700), frame.ColorAt(1260, 700)];
}
