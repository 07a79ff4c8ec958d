namespace Grpc.Core;

/// <summary>A way to one server, shared by any number of clients and calls.</summary>
public abstract class ChannelBase
{
    /// <summary>A channel to a server.</summary>
    /// <param name="target">The server's address.</param>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>The server's address.</summary>
    public string Target { get; }

    /// <summary>Something that makes calls over this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Closes the channel.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>What closing does.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
