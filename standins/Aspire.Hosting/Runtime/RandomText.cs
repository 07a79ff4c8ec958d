using System.Security.Cryptography;

namespace Aspire.Hosting.Runtime;

internal static class RandomText
{
    private const string Plain = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
    private const string SpecialOnes = "-_.{}~()*+!";

    public static string Create(int length, bool special) =>
        RandomNumberGenerator.GetString(special ? Plain + SpecialOnes : Plain, length);
}
