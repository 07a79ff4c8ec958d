namespace ReelBallers.Worker;

/// <summary>How a picture is divided into tiles that overlap: the same size for all, so that they can be batched.</summary>
internal sealed class TilePlan
{
    public TilePlan(FrameSize picture, ModelDescription model, bool hasFixedSize)
    {
        Tile = new FrameSize(Side(picture.Width, model, hasFixedSize), Side(picture.Height, model, hasFixedSize));
        Columns = Starts(picture.Width, Tile.Width, model.Overlap);
        Rows = Starts(picture.Height, Tile.Height, model.Overlap);
    }

    /// <summary>The size of every tile. It is larger than the picture where the picture is smaller than the model's input.</summary>
    public FrameSize Tile { get; }

    /// <summary>Where the tiles of a row begin.</summary>
    public IReadOnlyList<int> Columns { get; }

    /// <summary>Where the rows of tiles begin.</summary>
    public IReadOnlyList<int> Rows { get; }

    public int Count => Columns.Count * Rows.Count;

    private static int Side(int length, ModelDescription model, bool hasFixedSize) => hasFixedSize || length >= model.Tile
        ? model.Tile
        : (length + model.Multiple - 1) / model.Multiple * model.Multiple;

    private static int[] Starts(int length, int tile, int overlap)
    {
        var starts = new List<int>();
        // The last tile ends with the picture, so that the model sees the picture's own edge.
        for (var start = 0; start + tile < length; start += tile - (2 * overlap))
        {
            starts.Add(start);
        }

        starts.Add(Math.Max(0, length - tile));
        return [.. starts];
    }
}
