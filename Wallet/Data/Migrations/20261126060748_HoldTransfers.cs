using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Wallet.Data.Migrations
{
    /// <inheritdoc />
    public partial class HoldTransfers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "end_sequence",
                table: "holds",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "placed_sequence",
                table: "holds",
                type: "bigint",
                nullable: true);

            migrationBuilder.Sql(NameTransfers);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "end_sequence",
                table: "holds");

            migrationBuilder.DropColumn(
                name: "placed_sequence",
                table: "holds");
        }
    }
}
