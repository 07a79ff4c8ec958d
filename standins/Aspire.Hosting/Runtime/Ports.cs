using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using LocalPostgres;

namespace Aspire.Hosting.Runtime;

/// <summary>Gives every endpoint its port before anything starts, so that all can be told each other's.</summary>
internal static class Ports
{
    // A server that was stopped a moment ago may still be leaving its port.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <exception cref="DistributedApplicationException">A port that was asked for is taken.</exception>
    public static async Task AllocateAsync(IReadOnlyList<IResource> resources, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        var used = new HashSet<int>();
        foreach (var (resource, endpoint) in All(resources).Where(pair => pair.Endpoint.IsFixed))
        {
            var port = endpoint.Port!.Value;
            if (!used.Add(port))
            {
                throw new DistributedApplicationException($"Port {port} was given to two endpoints; the second is '{endpoint.Name}' of {resource.Name}.");
            }
            while (!FreePort.IsFree(port))
            {
                if (waited.Elapsed > Patience)
                {
                    throw new DistributedApplicationException(
                        $"Port {port} is taken by another program, and {resource.Name} ('{endpoint.Name}') needs it. "
                        + $"Stop that program, or choose another port{await HowAsync(resources, port, cancellationToken)}.");
                }
                await Task.Delay(100, cancellationToken);
            }
        }
        foreach (var (_, endpoint) in All(resources).Where(pair => !pair.Endpoint.IsFixed))
        {
            do
            {
                endpoint.Port = FreePort.Take();
            }
            while (!used.Add(endpoint.Port.Value));
        }
    }

    /// <summary>Whether somebody listens on every port of the resource; found out without the exceptions of a refused connection.</summary>
    public static async Task<bool> ListensAsync(IResource resource, CancellationToken cancellationToken)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var attempt = new SocketAsyncEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, endpoint.Port!.Value) };
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            attempt.Completed += (_, _) => ended.SetResult();
            if (socket.ConnectAsync(attempt))
            {
                await ended.Task.WaitAsync(cancellationToken);
            }
            if (attempt.SocketError != SocketError.Success)
            {
                return false;
            }
        }
        return true;
    }

    private static IEnumerable<(IResource Resource, EndpointAnnotation Endpoint)> All(IReadOnlyList<IResource> resources) =>
        resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (resource, endpoint)));

    private static async Task<string> HowAsync(IReadOnlyList<IResource> resources, int port, CancellationToken cancellationToken)
    {
        foreach (var parameter in resources.OfType<ParameterResource>().Where(parameter => parameter.Name.EndsWith("-port", StringComparison.Ordinal)))
        {
            if (await parameter.GetValueAsync(cancellationToken) == port.ToString(CultureInfo.InvariantCulture))
            {
                return $" with the parameter {parameter.Name} (--Parameters:{parameter.Name}=N, or Parameters__{parameter.Name.Replace('-', '_')}=N; 0 takes a free one)";
            }
        }
        return "";
    }
}
