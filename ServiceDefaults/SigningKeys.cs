namespace ReelBallers.ServiceDefaults;

/// <summary>
/// A secret that signs, and those that it has replaced, whose signatures stay valid: two settings, the second with any number of keys,
/// separated by commas.
/// </summary>
public static class SigningKeys
{
    /// <summary>The minimum length of a key, in characters.</summary>
    public const int MinLength = 32;

    private const char Separator = ',';

    /// <summary>The key that signs, and after it those of the list that it has replaced.</summary>
    public static string[] All(string key, string previous) => [key, .. Split(previous)];

    /// <summary>Checks the key that signs, and the list of those that it has replaced. The errors contain no key.</summary>
    public static void Check(OptionsErrors errors, string name, string key, string previousName, string previous)
    {
        if (key.Length < MinLength)
        {
            errors.Add(name, $"is missing or too short. Set it to a random text of {MinLength} characters or more.");
        }
        var replaced = Split(previous);
        if (Array.Exists(replaced, one => one.Length < MinLength || one[0] == ' '))
        {
            errors.Add(
                previousName,
                $"is not a list of keys of {MinLength} characters or more, separated by commas without spaces. "
                + "Set it to the keys that were replaced, or remove it.");
        }
        else if (replaced.Contains(key))
        {
            errors.Add(previousName, $"has the key that {name} is, too. Set it to the keys that were replaced, or remove it.");
        }
    }

    private static string[] Split(string list) => list.Split(Separator, StringSplitOptions.RemoveEmptyEntries);
}
