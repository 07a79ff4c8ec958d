using System.Globalization;

namespace ReelBallers.TestKit;

/// <summary>What the environment says about a run of the tests: seeds and sizes of storms and of the fuzz.</summary>
public static class RunSettings
{
    /// <summary>The number in this environment variable; null when it is not set.</summary>
    public static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>The number in this environment variable, or another one when it is not set.</summary>
    public static int Number(string name, int otherwise) => Number(name) ?? otherwise;
}
