namespace ReelBallers.Worker;

/// <summary>A model that takes batches of tiles.</summary>
internal interface ITileModel : IDisposable
{
    /// <summary>How many pictures make one: two for a model that interpolates.</summary>
    int Pictures { get; }

    /// <summary>Whether it can be asked for any moment between two pictures, and not only for the middle.</summary>
    bool TakesTime { get; }

    /// <summary>It takes tiles of its own size only.</summary>
    bool HasFixedSize { get; }

    /// <summary>It takes one tile at a time.</summary>
    bool HasFixedBatch { get; }

    /// <summary>Runs the first <paramref name="count"/> tiles.</summary>
    /// <param name="inputs">For each picture the planes of its tiles, one tile after the other.</param>
    /// <param name="count">How many tiles there are.</param>
    /// <param name="tile">Their size.</param>
    /// <param name="time">The moment between the two pictures, 0 to 1.</param>
    /// <param name="output">Receives the planes of the results.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ModelMemoryException">There is not enough memory for so many tiles.</exception>
    void Run(float[][] inputs, int count, FrameSize tile, float time, float[] output, CancellationToken cancellationToken);
}
