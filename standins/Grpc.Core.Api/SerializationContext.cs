using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller writes a message: either all at once, or into the buffer and then <see cref="Complete()"/>.</summary>
public abstract class SerializationContext
{
    /// <summary>Gives the whole message.</summary>
    /// <param name="payload">Its bytes, which now belong to the call.</param>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>The buffer to write into.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Says in advance how long the message will be.</summary>
    /// <param name="payloadLength">Bytes.</param>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>The buffer holds the whole message.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}
