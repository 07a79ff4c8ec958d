using System.Text.Json;

namespace ReelBallers.LocalCloud;

/// <summary>
/// Small records on disk, replaced by a rename: a reader and a restart see the old one or the new one, never half of
/// one.
/// </summary>
internal static class JsonFiles
{
    public static void Write<T>(string path, T value)
    {
        var next = $"{path}.{Guid.NewGuid():N}.next";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(value));
        File.Move(next, path, overwrite: true);
    }

    public static T? Read<T>(string path)
        where T : class
        => File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path)) : null;

    /// <summary>All records of a folder; partially written ones are removed.</summary>
    public static IEnumerable<T> ReadAll<T>(string directory)
        where T : class
    {
        foreach (var path in Directory.GetFiles(directory))
        {
            if (path.EndsWith(".next", StringComparison.Ordinal))
            {
                File.Delete(path);
            }
            else if (Read<T>(path) is { } value)
            {
                yield return value;
            }
        }
    }
}
