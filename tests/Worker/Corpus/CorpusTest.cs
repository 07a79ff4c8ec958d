namespace ReelBallers.Worker.Tests;

/// <summary>A worker that is given the videos of the corpus.</summary>
public abstract class CorpusTest : IAsyncLifetime
{
    private WorkerRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await WorkerRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    /// <summary>Of the last result.</summary>
    private protected Manifest Manifest => _rig.Result!;

    internal Task<ClipFacts> WorkOnAsync(string name, object? more = null) => WorkOnAsync(CorpusFiles.ReadAsync(name), more);

    internal async Task<ClipFacts> WorkOnAsync(Task<byte[]> source, object? more = null)
    {
        _rig.Place.Files["/in.mp4"] = await source;
        var input = _rig.Input(more);
        input["max_duration_s"] = 10;
        return await ClipFacts.OfAsync(await _rig.ResultOfAsync(input));
    }

    internal async Task<Picture> FrameAsync(Task<byte[]> source, object? more = null, double seconds = 0)
    {
        await WorkOnAsync(source, more);
        return await ClipMaker.FrameAsync(_rig.Place.Files["/out.mp4"], seconds, 1280, 720);
    }

    internal async Task<string> RefusalAsync(string name)
    {
        _rig.Place.Files["/in.mp4"] = await CorpusFiles.ReadAsync(name);
        var input = _rig.Input();
        input["max_duration_s"] = 10;
        return await _rig.ErrorOfAsync(input);
    }
}
