using System.Diagnostics;
using System.Globalization;
using LocalPostgres;

namespace ReelBallers.AppHost;

/// <summary>The TCP ports of this machine that the stack takes.</summary>
internal static class Ports
{
    // A server that was stopped a moment ago may still be leaving its port.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The port that a parameter gives, or any free one when it gives 0.</summary>
    /// <param name="parameter">Its name, for the message.</param>
    /// <param name="given">Its value; null when it was left alone.</param>
    /// <param name="otherwise">The port when it was left alone.</param>
    /// <exception cref="DistributedApplicationException">It is no port, or another program has it.</exception>
    public static int Choose(string parameter, string? given, int otherwise)
    {
        if (!ushort.TryParse(given ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var port))
        {
            throw new DistributedApplicationException($"The parameter {parameter} is '{given}', which is not a port (0 to 65535).");
        }
        if (port == 0)
        {
            return FreePort.Take();
        }
        var waited = Stopwatch.StartNew();
        while (!FreePort.IsFree(port))
        {
            if (waited.Elapsed > Patience)
            {
                throw new DistributedApplicationException(
                    $"Port {port} is taken by another program. Stop that program, or choose another port with the parameter {parameter} "
                    + $"(--Parameters:{parameter}=N, or Parameters__{parameter.Replace('-', '_')}=N; 0 takes a free one).");
            }
            Thread.Sleep(100);
        }
        return port;
    }
}
