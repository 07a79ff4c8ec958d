namespace ReelBallers.Worker.Tests;

/// <summary>
/// The worker is given the videos of the corpus. Those that can be uploaded go through the journey in <c>tests/EndToEnd</c>, and here only
/// on request: <c>--explicit only</c>.
/// </summary>
public sealed class CorpusTests : IAsyncLifetime
{
    private WorkerRig _rig = null!;

    public static TheoryData<string> NotAccepted => [.. Corpus.All.Where(video => !video.IsAccepted).Select(video => video.Name)];

    public static TheoryData<string> Accepted => [.. Corpus.All.Where(video => video.IsAccepted).Select(video => video.Name)];

    public async ValueTask InitializeAsync() => _rig = await WorkerRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [MemberData(nameof(NotAccepted))]
    public Task A_video_that_cannot_be_uploaded_becomes_what_is_expected(string name) => CheckAsync(Corpus.Find(name));

    [Theory(Explicit = true)]
    [MemberData(nameof(Accepted))]
    public Task A_video_becomes_what_is_expected(string name) => CheckAsync(Corpus.Find(name));

    [Theory]
    [InlineData("ntsc.mp4", 29.97)]
    [InlineData("mute.mp4", 25)]
    public async Task The_manifest_has_the_frame_rate_of_the_result(string name, double rate)
    {
        await WorkOnAsync(Corpus.Find(name));
        Assert.Equal(rate, _rig.Result!.FrameRate);
    }

    private async Task CheckAsync(CorpusVideo video)
    {
        if (video.Error is { } pattern)
        {
            Assert.Matches(pattern, await _rig.ErrorOfAsync(await InputAsync(video)));
        }
        else
        {
            var output = await WorkOnAsync(video);
            await video.CheckAsync(_rig.Place.Files["/in.mp4"], output);
        }
    }

    private async Task<byte[]> WorkOnAsync(CorpusVideo video) => await _rig.ResultOfAsync(await InputAsync(video));

    private async Task<System.Text.Json.Nodes.JsonObject> InputAsync(CorpusVideo video)
    {
        _rig.Place.Files["/in.mp4"] = await video.ReadAsync();
        var input = _rig.Input(video.Work);
        input["max_duration_s"] = 10;
        return input;
    }
}
