namespace ReelBallers.Worker;

/// <summary>A model that lies in the folder of models: <c>{name}.onnx</c> and <c>{name}.json</c>.</summary>
internal sealed record ModelFile(string Name, string Path, ModelDescription Description)
{
    /// <summary>Reads what the folder holds, in the order of the names; nothing when there is no such folder.</summary>
    /// <exception cref="ModelException">A file lacks its description, or the other way around, or a description is wrong.</exception>
    public static IReadOnlyList<ModelFile> ReadAll(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var names = Directory.EnumerateFiles(folder, "*.onnx").Concat(Directory.EnumerateFiles(folder, "*.json"))
            .Select(file => System.IO.Path.GetFileNameWithoutExtension(file))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.OrdinalIgnoreCase)
            .ToArray();
        return names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Length
            ? [.. names.Select(name => Read(folder, name))]
            : throw new ModelException($"{folder} has two models whose names differ only in upper and lower case");
    }

    public override string ToString() =>
        Description.Kind == ModelKind.Upscale ? $"{Name} (upscales {Description.Factor} times)" : $"{Name} (interpolates frames)";

    private static ModelFile Read(string folder, string name)
    {
        var model = System.IO.Path.Combine(folder, name + ".onnx");
        var description = System.IO.Path.Combine(folder, name + ".json");
        if (!File.Exists(model) || !File.Exists(description))
        {
            throw new ModelException($"{folder} has only one of {name}.onnx and {name}.json");
        }

        return new ModelFile(name, model, ModelDescription.Read(name, File.ReadAllText(description)));
    }
}
