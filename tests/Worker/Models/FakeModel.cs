namespace ReelBallers.Worker.Tests;

/// <summary>A model in code that doubles each side by repeating pixels, and of which the memory and the time are set.</summary>
internal sealed class FakeModel : ITileModel
{
    public int Pictures => 1;

    public bool TakesTime => false;

    public bool HasFixedSize => false;

    public bool HasFixedBatch => false;

    /// <summary>How many tiles fit in memory.</summary>
    public int MostTiles { get; set; } = int.MaxValue;

    public Action<float[][], FrameSize> OnRun { get; init; } = (_, _) => { };

    /// <summary>The numbers of tiles of the runs so far.</summary>
    public List<int> Batches { get; } = [];

    public void Dispose()
    {
    }

    public void Run(float[][] inputs, int count, FrameSize tile, float time, float[] output, CancellationToken cancellationToken)
    {
        Batches.Add(count);
        OnRun(inputs, tile);
        if (count > MostTiles)
        {
            throw new ModelMemoryException("there is no more memory");
        }

        var plane = tile.Width * tile.Height;
        for (var at = 0; at < count * 3 * plane * 4; at++)
        {
            var (x, y) = (at % (plane * 4) % (tile.Width * 2), at % (plane * 4) / (tile.Width * 2));
            output[at] = inputs[0][(at / (plane * 4) * plane) + (y / 2 * tile.Width) + (x / 2)];
        }
    }
}
