namespace ReelBallers.Worker.Tests;

/// <summary>A folder of models that is gone at the end.</summary>
internal sealed class ModelFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("models-").FullName;

    public WorkerOptions Options => new() { ModelDirectory = Path };

    public ModelFolder With(string name, byte[] model, string description)
    {
        System.IO.File.WriteAllBytes(System.IO.Path.Combine(Path, name + ".onnx"), model);
        System.IO.File.WriteAllText(System.IO.Path.Combine(Path, name + ".json"), description);
        return this;
    }

    public ModelFile Find(string name) => ModelFile.ReadAll(Path).Single(file => file.Name == name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
