namespace ReelBallers.Worker;

/// <summary>Gives tiles to a model in batches, of a size that is found at the start and halved when memory runs out.</summary>
internal sealed class TileRunner(ITileModel model, ModelDescription description, TimeProvider time)
{
    /// <summary>A larger batch must make each tile this much cheaper.</summary>
    private const double WorthIt = 0.95;

    private float[][] _inputs = [];
    private float[] _output = [];

    public delegate void Fill(int tile, int picture, Span<float> planes);

    public delegate void Take(int tile, ReadOnlySpan<float> planes);

    public int BatchSize { get; private set; } = 1;

    /// <summary>Tries larger and larger batches of black tiles, as long as each tile becomes cheaper and there is memory.</summary>
    /// <exception cref="ModelMemoryException">There is not enough memory for a single tile.</exception>
    public void FindBatchSize(CancellationToken cancellationToken)
    {
        var tile = new FrameSize(description.Tile, description.Tile);
        // The first run is slower: libraries are loaded, and kernels chosen.
        Measure(1, tile, cancellationToken);
        var best = double.PositiveInfinity;
        for (var size = 1; size <= (model.HasFixedBatch ? 1 : description.MaxBatch); size *= 2)
        {
            try
            {
                var perTile = Measure(size, tile, cancellationToken) / size;
                if (perTile > best * WorthIt)
                {
                    return;
                }

                (BatchSize, best) = (size, perTile);
            }
            catch (ModelMemoryException) when (size > 1)
            {
                return;
            }
        }
    }

    /// <summary>Runs a number of tiles, which are filled and taken in their order.</summary>
    /// <exception cref="ModelMemoryException">There is not enough memory for a single tile.</exception>
    public void Run(int tiles, FrameSize tile, float moment, Fill fill, Take take, CancellationToken cancellationToken)
    {
        var (input, output) = Lengths(tile);
        for (var next = 0; next < tiles;)
        {
            var count = Math.Min(BatchSize, tiles - next);
            Reserve(count, tile);
            for (var i = 0; i < count; i++)
            {
                for (var picture = 0; picture < _inputs.Length; picture++)
                {
                    fill(next + i, picture, _inputs[picture].AsSpan(i * input, input));
                }
            }

            try
            {
                model.Run(_inputs, count, tile, moment, _output, cancellationToken);
            }
            catch (ModelMemoryException) when (count > 1)
            {
                BatchSize = count / 2;
                continue;
            }

            for (var i = 0; i < count; i++)
            {
                take(next + i, _output.AsSpan(i * output, output));
            }

            next += count;
        }
    }

    private double Measure(int count, FrameSize tile, CancellationToken cancellationToken)
    {
        Reserve(count, tile);
        Array.ForEach(_inputs, Array.Clear);
        var began = time.GetTimestamp();
        model.Run(_inputs, count, tile, 0.5f, _output, cancellationToken);
        return time.GetElapsedTime(began).TotalSeconds;
    }

    private void Reserve(int count, FrameSize tile)
    {
        var (input, output) = Lengths(tile);
        if (_inputs.Length == 0 || _inputs[0].Length < count * input)
        {
            _inputs = [.. Enumerable.Range(0, model.Pictures).Select(_ => new float[count * input])];
            _output = new float[count * output];
        }
    }

    private (int Input, int Output) Lengths(FrameSize tile)
    {
        var input = 3 * tile.Width * tile.Height;
        return (input, input * description.Factor * description.Factor);
    }
}
