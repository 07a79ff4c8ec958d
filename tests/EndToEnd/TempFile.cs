namespace ReelBallers.EndToEnd.Tests;

/// <summary>A path in a folder of its own, which goes away with it.</summary>
internal sealed class TempFile(string name) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("reelballers-file-");

    public string Path => System.IO.Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
