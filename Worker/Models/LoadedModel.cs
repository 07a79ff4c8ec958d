namespace ReelBallers.Worker;

/// <summary>A model in memory, with the size of its batches.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly ITileModel _model;

    private LoadedModel(string name, ModelDescription description, ITileModel model, TimeProvider time)
    {
        _model = model;
        Name = name;
        Description = description;
        Runner = new TileRunner(model, description, time);
    }

    public string Name { get; }

    public ModelDescription Description { get; }

    public TileRunner Runner { get; }

    public bool HasFixedSize => _model.HasFixedSize;

    /// <summary>Whether it can be asked for any moment between two pictures, and not only for the middle.</summary>
    public bool TakesTime => _model.TakesTime;

    /// <exception cref="ModelMemoryException">There is not enough memory for a single tile.</exception>
    public static LoadedModel Start(
        string name, ModelDescription description, ITileModel model, TimeProvider time, CancellationToken cancellationToken)
    {
        var loaded = new LoadedModel(name, description, model, time);
        try
        {
            loaded.Runner.FindBatchSize(cancellationToken);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    public void Dispose() => _model.Dispose();
}
