namespace ReelBallers.Worker;

/// <summary>Runs a model over whole pictures of one size, tile by tile, so that its memory does not depend on that size.</summary>
internal sealed class TiledModel
{
    private readonly TileRunner _runner;
    private readonly PixelTensor _pixels;
    private readonly TilePlan _plan;
    private readonly TileCanvas _canvas;
    private readonly FrameSize _size;

    public TiledModel(LoadedModel model, FrameSize size)
    {
        var description = model.Description;
        _size = size;
        _runner = model.Runner;
        _pixels = new PixelTensor(description);
        _plan = new TilePlan(size, description, model.HasFixedSize);
        _canvas = new TileCanvas(_plan, size, description, _pixels);
        ResultSize = new FrameSize(size.Width * description.Factor, size.Height * description.Factor);
    }

    public FrameSize ResultSize { get; }

    public int ResultBytes => ResultSize.Width * ResultSize.Height * 3;

    /// <summary>Makes one picture of one or two, all as packed RGB.</summary>
    /// <exception cref="JobFailedException">The model needs more memory than there is.</exception>
    public void Run(IReadOnlyList<byte[]> pictures, float moment, byte[] result, CancellationToken cancellationToken)
    {
        try
        {
            _runner.Run(
                _plan.Count,
                _plan.Tile,
                moment,
                (tile, picture, planes) =>
                {
                    var (row, column) = Math.DivRem(tile, _plan.Columns.Count);
                    _pixels.Read(pictures[picture], _size, _plan.Columns[column], _plan.Rows[row], _plan.Tile, planes);
                },
                (tile, planes) => _canvas.Add(tile, planes, result),
                cancellationToken);
        }
        catch (ModelMemoryException)
        {
            throw new JobFailedException("the model needs more memory than this worker has");
        }
    }
}
