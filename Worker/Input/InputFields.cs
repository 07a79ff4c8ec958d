using System.Globalization;
using System.Text.Json;

namespace ReelBallers.Worker;

/// <summary>Reads the fields of one JSON object. A null counts as missing, unknown fields are ignored.</summary>
internal sealed class InputFields
{
    private readonly JsonElement _object;
    private readonly string _path;

    /// <exception cref="JobFailedException">It is not an object. The other members throw it as well, naming the field.</exception>
    public InputFields(JsonElement value, string path)
    {
        _object = value.ValueKind == JsonValueKind.Object ? value : throw new JobFailedException($"{path} must be an object");
        _path = path;
    }

    public string PathOf(string name) => $"{_path}.{name}";

    public double Number(string name, double from, double to) =>
        OptionalNumber(name, from, to) ?? throw new JobFailedException($"{PathOf(name)} is missing");

    public double? OptionalNumber(string name, double from, double to)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        // 1e999 is valid JSON and is read as infinity, which the comparison rejects like NaN.
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= from && number <= to
            ? number
            : throw new JobFailedException(
                string.Create(CultureInfo.InvariantCulture, $"{PathOf(name)} must be a number from {from} to {to}"));
    }

    public string Text(string name, int maxLength) =>
        OptionalText(name, maxLength) ?? throw new JobFailedException($"{PathOf(name)} is missing");

    public string? OptionalText(string name, int maxLength)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: > 0 } && text.Length <= maxLength
            ? text
            : throw new JobFailedException($"{PathOf(name)} must be a string of 1 to {maxLength} characters");
    }

    public string? OptionalChoice(string name, IReadOnlyCollection<string> choices)
    {
        var text = Find(name) is null ? null : OptionalText(name, 64);
        return text is null || choices.Contains(text)
            ? text
            : throw new JobFailedException($"{PathOf(name)} must be one of {string.Join(", ", choices)}");
    }

    public InputFields? OptionalObject(string name) => Find(name) is { } value ? new InputFields(value, PathOf(name)) : null;

    /// <returns>The objects of an array; none when it is missing.</returns>
    public IReadOnlyList<InputFields> Objects(string name, int maxCount)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= maxCount
            ? [.. value.EnumerateArray().Select((item, index) => new InputFields(item, $"{PathOf(name)}[{index}]"))]
            : throw new JobFailedException($"{PathOf(name)} must be an array of at most {maxCount} objects");
    }

    private JsonElement? Find(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
