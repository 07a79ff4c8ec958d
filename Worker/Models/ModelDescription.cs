using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReelBallers.Worker;

/// <summary>The JSON file beside a model's file; docs/worker.md describes its fields.</summary>
internal sealed record ModelDescription
{
    private const int LargestTile = 4096;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };

    public required ModelKind Kind { get; init; }

    /// <summary>How many times wider and higher the result is; 1 for a model that interpolates.</summary>
    public int Factor { get; init; } = 1;

    /// <summary>The width and height of a tile, in pixels of the input.</summary>
    public int Tile { get; init; } = 256;

    /// <summary>How much each tile overlaps its neighbours on each side, in pixels of the input.</summary>
    public int Overlap { get; init; } = 16;

    /// <summary>The sides of the input must be multiples of this.</summary>
    public int Multiple { get; init; } = 1;

    /// <summary>The most tiles that are given to the model at once.</summary>
    public int MaxBatch { get; init; } = 8;

    public ColorOrder ColorOrder { get; init; } = ColorOrder.Rgb;

    /// <summary>The numbers that stand for black and for white.</summary>
    public IReadOnlyList<double> Range { get; init; } = [0, 1];

    /// <exception cref="ModelException">It is not a description, or says something impossible; the message says what.</exception>
    public static ModelDescription Read(string name, string json)
    {
        ModelDescription? description;
        try
        {
            description = JsonSerializer.Deserialize<ModelDescription>(json, Json);
        }
        catch (JsonException failure)
        {
            throw new ModelException($"{name}.json cannot be read: {failure.Message}");
        }

        var problem = description is null ? "is empty" : description.Problem();
        return problem is null ? description! : throw new ModelException($"{name}.json: {problem}");
    }

    private string? Problem() => this switch
    {
        { Kind: ModelKind.Upscale, Factor: < 2 or > 8 } => "factor must be 2 to 8",
        { Kind: ModelKind.Interpolate, Factor: not 1 } => "factor must be 1 for a model that interpolates",
        { Tile: < 16 or > LargestTile } => $"tile must be 16 to {LargestTile}",
        { Multiple: < 1 or > 256 } => "multiple must be 1 to 256",
        _ when Tile % Multiple != 0 => "tile must be a multiple of multiple",
        _ when Overlap < 0 || Overlap * 4 > Tile => "overlap must be 0 to a quarter of tile",
        { MaxBatch: < 1 or > 64 } => "max_batch must be 1 to 64",
        _ when Range.Count != 2 || !(Range[0] < Range[1]) || !double.IsFinite(Range[1] - Range[0]) =>
            "range must be two numbers, as [0, 1]",
        _ => null,
    };
}
