using System.Diagnostics;

namespace LocalPostgres;

/// <summary>Who runs the server when we are root, since PostgreSQL refuses to run as root.</summary>
internal sealed record ServiceUser(string Name, string GroupId)
{
    /// <summary>Null when we are not root, and run the server as ourselves.</summary>
    /// <exception cref="PostgresStartException">We are root, and there is nobody else to be.</exception>
    public static async Task<ServiceUser?> ForThisProcessAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }
        foreach (var name in (string[])["postgres", "nobody"])
        {
            if (await Tool.RunAsync("id", ["-g", name], null, cancellationToken) is (0, var groupId))
            {
                return new ServiceUser(name, groupId);
            }
        }
        throw new PostgresStartException(
            "PostgreSQL refuses to run as root, and this machine has no user 'postgres' or 'nobody' to run it as. "
            + "Add one (useradd --system postgres), or start this as an ordinary user.");
    }

    public void Apply(ProcessStartInfo info) => info.UserName = Name;

    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await Tool.RunAsync("chown", ["-R", Name, path], null, cancellationToken);
        if (exitCode != 0)
        {
            throw new PostgresStartException($"Could not give {path} to the user {Name}: {output}");
        }
    }

    public async Task<bool> CanUseAsync(string directory, CancellationToken cancellationToken) =>
        (await Tool.RunAsync("test", ["-x", directory], this, cancellationToken)).ExitCode == 0;
}
