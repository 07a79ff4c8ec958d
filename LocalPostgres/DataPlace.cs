using System.Security.Cryptography;
using System.Text;

namespace LocalPostgres;

/// <summary>Where a data directory really is: in the wanted place, or elsewhere when the server's user cannot reach that.</summary>
internal sealed class DataPlace
{
    private const string PointerFile = "moved-to";

    private DataPlace(string wanted, string actual)
    {
        PasswordFile = Path.Combine(wanted, "password");
        Cluster = Path.Combine(actual, "cluster");
    }

    public string Cluster { get; }

    public string PasswordFile { get; }

    public static async Task<DataPlace> OpenAsync(
        string dataDirectory, ServiceUser? user, Action<string>? progress, CancellationToken cancellationToken)
    {
        var wanted = Path.GetFullPath(dataDirectory);
        Directory.CreateDirectory(wanted);
        if (user is null)
        {
            return new DataPlace(wanted, wanted);
        }
        var pointer = Path.Combine(wanted, PointerFile);
        if (File.Exists(pointer))
        {
            var known = (await File.ReadAllTextAsync(pointer, cancellationToken)).Trim();
            Directory.CreateDirectory(known);
            return new DataPlace(wanted, known);
        }
        // Only the last directory is ours to open for others to pass through.
        File.SetUnixFileMode(wanted, File.GetUnixFileMode(wanted) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        if (await user.CanUseAsync(wanted, cancellationToken))
        {
            return new DataPlace(wanted, wanted);
        }
        var elsewhere = Elsewhere(wanted);
        // Without a pointer to it, what is there belongs to an earlier directory of the same name.
        DeleteIfThere(elsewhere);
        Directory.CreateDirectory(elsewhere);
        await File.WriteAllTextAsync(pointer, elsewhere + "\n", cancellationToken);
        progress?.Invoke($"PostgreSQL runs as '{user.Name}' here, who cannot enter {wanted}: its data is in {elsewhere}.");
        return new DataPlace(wanted, elsewhere);
    }

    public static void Delete(string dataDirectory)
    {
        var wanted = Path.GetFullPath(dataDirectory);
        if (File.Exists(Path.Combine(wanted, PointerFile)))
        {
            DeleteIfThere(Elsewhere(wanted));
        }
        DeleteIfThere(wanted);
    }

    private static string Elsewhere(string wanted) =>
        $"/var/tmp/reelballers-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)))[..16]}";

    private static void DeleteIfThere(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
