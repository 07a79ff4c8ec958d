using ReelBallers.TestKit;

namespace ReelBallers.Worker.Tests;

/// <summary>As many tiles at once as there is memory for, and as make sense.</summary>
public sealed class TileRunnerTests
{
    private static readonly ModelDescription Description =
        ModelDescription.Read("m", """{"kind":"upscale","factor":2,"tile":16,"overlap":0,"max_batch":16}""");

    [Theory]
    [InlineData(100, 1, 16)]
    [InlineData(0, 10, 1)]
    public void A_batch_grows_as_long_as_each_tile_becomes_cheaper(int millisecondsPerRun, int millisecondsPerTile, int expected)
    {
        var (runner, _) = Start(count => millisecondsPerRun + (millisecondsPerTile * count));
        Assert.Equal(expected, runner.BatchSize);
    }

    [Fact]
    public void A_batch_grows_no_further_than_the_memory_at_the_start()
    {
        var (runner, model) = Start(_ => 100, mostTiles: 5);
        Assert.Equal(4, runner.BatchSize);
        Assert.Contains(8, model.Batches);
    }

    [Fact]
    public void When_memory_runs_out_later_the_batches_become_smaller_and_no_tile_is_lost()
    {
        var (runner, model) = Start(_ => 100);
        model.MostTiles = 3;
        model.Batches.Clear();
        var taken = new List<(int Tile, float Value)>();
        runner.Run(
            20,
            new FrameSize(16, 16),
            0,
            (tile, _, planes) => planes.Fill(tile),
            (tile, planes) => taken.Add((tile, planes[0])),
            CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 20).Select(tile => (tile, (float)tile)), taken);
        Assert.Equal([16, 8, 4, .. Enumerable.Repeat(2, 10)], model.Batches);
        Assert.Equal(2, runner.BatchSize);
    }

    [Fact]
    public void Without_memory_for_one_tile_the_job_fails_with_that_reason()
    {
        var model = new FakeModel();
        using var loaded = LoadedModel.Start("m", Description, model, TimeProvider.System, CancellationToken.None);
        model.MostTiles = 0;
        var size = new FrameSize(32, 32);
        var failure = Assert.Throws<JobFailedException>(
            () => new TiledModel(loaded, size).Run([Noise.Picture(size)], 0, new byte[64 * 64 * 3], CancellationToken.None));
        Assert.Equal("the model needs more memory than this worker has", failure.Message);
    }

    [Theory]
    [InlineData("Failed to allocate memory for requested buffer of size 99999", true)]
    [InlineData("CUDA failure 2: out of memory ; GPU=0", true)]
    [InlineData("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED", true)]
    [InlineData("Non-zero status code returned while running Conv node", false)]
    public void What_ONNX_Runtime_says_of_memory_is_recognized(string message, bool isMemory) =>
        Assert.Equal(isMemory, OnnxModel.IsMemory(message));

    private static (TileRunner Runner, FakeModel Model) Start(Func<int, int> milliseconds, int mostTiles = int.MaxValue)
    {
        var clock = new ManualClock();
        FakeModel? model = null;
        model = new FakeModel
        {
            MostTiles = mostTiles,
            OnRun = (_, _) => clock.Advance(TimeSpan.FromMilliseconds(milliseconds(model!.Batches[^1]))),
        };
        var runner = new TileRunner(model, Description, clock);
        runner.FindBatchSize(CancellationToken.None);
        return (runner, model);
    }
}
