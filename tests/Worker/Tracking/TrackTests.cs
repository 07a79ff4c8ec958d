using System.Globalization;
using System.Text.Json;

namespace ReelBallers.Worker.Tests;

/// <summary>A subject that moves over a picture full of things is followed; what becomes of it when it is not seen is said.</summary>
public sealed class TrackTests : IAsyncLifetime
{
    private const int Seconds = 4;
    private const int Side = 36;

    private WorkerRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await WorkerRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task The_window_follows_the_subject_smoothly()
    {
        var manifest = await FollowAsync("60+120*t", "150+60*sin(2*t)");
        Assert.Equal(0, manifest.GetProperty("track_lost").GetArrayLength());
        var keyframes = Keyframes(manifest);
        Assert.All(keyframes, keyframe =>
        {
            // The ends are smoothed toward the middle, and the window stays inside the picture.
            Assert.InRange(keyframe.Width, 64, 640);
            Assert.True(keyframe is { X: >= 0, Y: >= 0 } && keyframe.X + keyframe.Width <= 640 && keyframe.Y + keyframe.Height <= 360);
            var (x, y) = (60 + (120 * keyframe.Time) + (Side / 2), 150 + (60 * Math.Sin(2 * keyframe.Time)) + (Side / 2));
            Assert.InRange(x, keyframe.X + 2, keyframe.X + keyframe.Width - 2);
            Assert.InRange(y, keyframe.Y + 2, keyframe.Y + keyframe.Height - 2);
        });
        var middle = keyframes.Where(keyframe => keyframe.Time is > 1 and < 3).ToArray();
        Assert.NotEmpty(middle);
        Assert.All(middle, keyframe => Assert.Equal(60 + (120 * keyframe.Time) + (Side / 2), keyframe.X + (keyframe.Width / 2), 8.0));
        var steps = keyframes.Zip(keyframes.Skip(1), (one, next) => next.X - one.X).ToArray();
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, -8, 8));
    }

    [Fact]
    public async Task A_subject_that_goes_away_and_returns_is_said_to_be_lost_between()
    {
        var manifest = await FollowAsync("200+30*t", "150", enable: "not(between(t,1.5,2.5))");
        var lost = Assert.Single(manifest.GetProperty("track_lost").EnumerateArray());
        Assert.Equal(1.5, lost.GetProperty("from_s").GetDouble(), 0.15);
        Assert.Equal(2.5, lost.GetProperty("to_s").GetDouble(), 0.15);
    }

    [Fact]
    public async Task A_subject_that_is_hardly_seen_fails_the_job()
    {
        await PlaceAsync("200", "150", "lt(t,0.5)");
        var error = await _rig.ErrorOfAsync(Input(200, 150));
        Assert.Matches(@"^the subject was lost after 0\.[45] s and could not be followed$", error);
        Assert.Empty(_rig.Place.Puts);
    }

    [Fact]
    public async Task A_plain_area_cannot_be_followed()
    {
        _rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
            "plain.mp4", "-f", "lavfi", "-i", "color=gray:size=640x360:rate=10:duration=1", "-c:v", "libx264", "-preset", "ultrafast");
        Assert.Equal(
            "input.track has nothing in it that could be followed: the box is a plain area", await _rig.ErrorOfAsync(Input(200, 150)));
    }

    [Theory]
    [InlineData("""{"time":0,"x":620,"y":0,"width":40,"height":40}""", "not inside the source")]
    [InlineData("""{"time":5,"x":0,"y":0,"width":40,"height":40}""", "after the end")]
    [InlineData("""{"time":0,"x":0,"y":0,"width":0,"height":40}""", "input.track.width")]
    [InlineData("""{"time":0,"x":0,"y":0,"width":40}""", "input.track.height")]
    [InlineData("""[]""", "input.track")]
    public async Task A_start_that_makes_no_sense_is_refused(string track, string named)
    {
        await PlaceAsync("200", "150", "1");
        var input = _rig.Input(new { max_duration_s = 10, type = "track" });
        input["track"] = System.Text.Json.Nodes.JsonNode.Parse(track);
        Assert.Contains(named, await _rig.ErrorOfAsync(input), StringComparison.Ordinal);
    }

    private async Task<JsonElement> FollowAsync(string x, string y, string enable = "1")
    {
        await PlaceAsync(x, y, enable);
        static double Start(string place) => double.Parse(place.Split('+')[0], CultureInfo.InvariantCulture);
        await _rig.ResultOfAsync(Input(Start(x), Start(y)));
        return _rig.Result!.ToJson();
    }

    private System.Text.Json.Nodes.JsonObject Input(double x, double y) => _rig.Input(new
    {
        max_duration_s = 10,
        type = "track",
        track = new { time = 0, x, y, width = Side, height = Side },
    });

    /// <summary>A square of coloured patches on a landscape of others.</summary>
    private async Task PlaceAsync(string x, string y, string enable) => _rig.Place.Files["/in.mp4"] = await ClipMaker.MakeAsync(
        "track.mp4",
        "-f", "lavfi", "-i", "mandelbrot=size=640x360:rate=15:start_scale=0.5:end_scale=0.5",
        "-f", "lavfi", "-i", FormattableString.Invariant($"testsrc=size={Side}x{Side}:rate=15:duration={Seconds}"),
        "-filter_complex", $"[0]trim=duration={Seconds}[a];[a][1]overlay=x='{x}':y='{y}':enable='{enable}':shortest=1",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");

    private static CropKeyframe[] Keyframes(JsonElement manifest) =>
        [.. manifest.GetProperty("crop_keyframes").EnumerateArray().Select(keyframe =>
        {
            double Value(string name) => keyframe.GetProperty(name).GetDouble();
            return new CropKeyframe(Value("time"), Value("x"), Value("y"), Value("width"), Value("height"));
        })];
}
