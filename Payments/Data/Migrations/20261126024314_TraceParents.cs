using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class TraceParents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "trace_parent",
                table: "wallet_orders",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "trace_parent",
                table: "stripe_events",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "trace_parent",
                table: "refund_orders",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "trace_parent",
                table: "checkouts",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "trace_parent",
                table: "wallet_orders");

            migrationBuilder.DropColumn(
                name: "trace_parent",
                table: "stripe_events");

            migrationBuilder.DropColumn(
                name: "trace_parent",
                table: "refund_orders");

            migrationBuilder.DropColumn(
                name: "trace_parent",
                table: "checkouts");
        }
    }
}
