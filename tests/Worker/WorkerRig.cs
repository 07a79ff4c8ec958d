using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>A worker with a place for its files.</summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private readonly Transfers _transfers = new(TimeProvider.System);
    private readonly WorkerModels _models;
    private readonly VideoWorker _worker;

    /// <summary>Shared, since both look for programs and files once.</summary>
    private static readonly VideoCodecFinder Codec = new(NullLogger<VideoCodecFinder>.Instance);
    private static readonly FontFinder Fonts = new(new WorkerOptions(), NullLogger<FontFinder>.Instance);

    private WorkerRig(FilePlace place, WorkerOptions? options)
    {
        Place = place;
        _worker = new VideoWorker(
            options?.FfmpegPath is null ? TestFfmpeg.Finder : new FfmpegFinder(options.Programs, NullLogger<FfmpegFinder>.Instance),
            options?.FfmpegPath is null ? Codec : new VideoCodecFinder(NullLogger<VideoCodecFinder>.Instance),
            options?.FontDirectory is null ? Fonts : new FontFinder(options, NullLogger<FontFinder>.Instance),
            _models = new WorkerModels(options ?? new WorkerOptions(), TimeProvider.System, NullLogger<WorkerModels>.Instance),
            _transfers,
            TimeProvider.System,
            NullLogger<VideoWorker>.Instance);
    }

    public FilePlace Place { get; }

    public VideoWorker Worker => _worker;

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("worker-").FullName;

    /// <summary>Holds the files of a job while it runs.</summary>
    public string JobDirectory => Path.Combine(DataDirectory, "job");

    /// <summary>The result of the last job.</summary>
    public Manifest? Result { get; private set; }

    public static async Task<WorkerRig> StartAsync(WorkerOptions? options = null)
    {
        var rig = new WorkerRig(await FilePlace.StartAsync(), options);
        rig.Place.Files["/in.mp4"] = await ClipMaker.QuadrantsAsync();
        return rig;
    }

    public async ValueTask DisposeAsync()
    {
        _transfers.Dispose();
        _models.Dispose();
        await Place.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>The least that a worker needs, with more fields or others in their place.</summary>
    public JsonObject Input(object? more = null)
    {
        var input = new JsonObject
        {
            ["source_url"] = Place.Url("/in.mp4?signature=secret"),
            ["output_bucket"] = "reelballers-videos",
            ["output_key"] = "u/output/j.mp4",
            ["output_url"] = Place.Url("/out.mp4?signature=secret"),
            ["target_resolution"] = "720p",
            ["max_duration_s"] = 2,
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(more ?? new { })!.AsObject().ToArray())
        {
            input[name] = value?.DeepClone();
        }

        return input;
    }

    /// <summary>Runs an input to its end and gives its error.</summary>
    public Task<string> ErrorOfAsync(JsonObject input) => ErrorOfAsync(input.ToJsonString());

    /// <summary>Runs an input to its end and gives its error.</summary>
    public async Task<string> ErrorOfAsync(string input) =>
        (await Assert.ThrowsAsync<JobFailedException>(() => RunAsync(input))).Message;

    /// <summary>Runs an input to its end and gives the file.</summary>
    public async Task<byte[]> ResultOfAsync(JsonObject input)
    {
        await RunAsync(input.ToJsonString());
        return Place.Files["/out.mp4"];
    }

    /// <summary>What the worker finds in the source.</summary>
    public async Task<VideoSource> ReadSourceAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(DataDirectory, "source"), Place.Files["/in.mp4"]);
        var ffmpeg = await TestFfmpeg.FindAsync();
        return await new SourceReader(ffmpeg, DataDirectory, "source").ReadAsync(CancellationToken.None);
    }

    /// <summary>Runs an input to its end, or until it is cancelled.</summary>
    public async Task RunAsync(JsonObject input, Action<int> onProgress, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(input.ToJsonString());
        Result = await _worker.RunAsync(json.RootElement, JobDirectory, onProgress, cancellationToken);
    }

    private async Task RunAsync(string input)
    {
        using var json = JsonDocument.Parse(input);
        Result = await _worker.RunAsync(json.RootElement, JobDirectory, _ => { }, CancellationToken.None);
        Assert.False(Directory.Exists(JobDirectory));
    }
}
