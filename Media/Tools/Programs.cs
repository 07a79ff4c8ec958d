namespace ReelBallers.Media;

internal static class Programs
{
    /// <summary>The full path of a program on the PATH, or null.</summary>
    public static string? OnPath(string name)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => endings.Select(ending => Path.Combine(directory, name + ending)))
            .FirstOrDefault(File.Exists);
    }
}
