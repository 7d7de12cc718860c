/* onednn_lstm.cpp - oneDNN's LSTM primitive alone: forward and backward over one epoch of batches.
 *
 *     onednn_lstm ROWS BATCH_SIZE MAXLEN UNITS THREADS
 *
 * There is no embedding, no output layer, no loss and no optimiser here, only what a training step
 * must ask of the LSTM: the outputs of a batch [T, N, C], and from the gradient of the last output
 * the gradients of the input, both kernels and the bias. Several ways of asking are tried, and the
 * fastest is measured: kernels in the layout that the primitive prefers (reordered before the clock
 * starts) or in a plain one; oneDNN's own threads on whole batches, or one thread on each part of a
 * batch. The parts neither wait for each other nor sum their gradients, so that this is less work
 * than training.
 *
 * The initial states are explicit zeros. Without them oneDNN 2.6 computes a wrong gradient of the
 * recurrent kernel; a way counts only if its gradients agree with a plain loop in double precision.
 *
 * The program prints one JSON line when it is ready, and for each line that it reads it runs an
 * epoch and prints {"seconds":S}. */
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <dnnl.hpp>
#include <omp.h>

namespace
{

using dnnl::memory;
using floats = std::vector<float>;
using doubles = std::vector<double>;

constexpr memory::dim GATES = 4; /* i, f, c, o, as in Keras */

/* T steps of N rows; the input has as many columns as the LSTM has units, H. */
struct Shape {
    memory::dim T, N, H;
};

/* How the kernels lie in memory, and whether a batch is cut into one part for each thread. */
struct Way {
    const char *name;
    memory::format_tag forward, backward;
    bool cut;
};

const Way WAYS[] = {
    {"whole batches, preferred layout", memory::format_tag::any, memory::format_tag::any, false},
    {"whole batches, plain layout", memory::format_tag::ldigo, memory::format_tag::ldgoi, false},
    {"a part for each thread, preferred layout", memory::format_tag::any, memory::format_tag::any,
     true},
    {"a part for each thread, plain layout", memory::format_tag::ldigo, memory::format_tag::ldgoi,
     true},
};

/* Random inputs and weights in plain layout: x [T, N, H], kernel and recurrent [H, 4, H], bias [4,
 * H], and the gradient dy [N, H] of the last output. */
struct Problem {
    Shape shape;
    floats x, kernel, recurrent, bias, dy;

    explicit Problem(Shape s) : shape(s)
    {
        std::mt19937 random(1);
        std::normal_distribution<float> normal;
        const auto fill = [&](floats &to, memory::dim count, float scale) {
            to.resize(static_cast<size_t>(count));
            for (float &value : to)
                value = scale * normal(random);
        };
        fill(x, s.T * s.N * s.H, 0.5f);
        fill(kernel, s.H * GATES * s.H, 0.15f);
        fill(recurrent, s.H * GATES * s.H, 0.15f);
        fill(bias, GATES * s.H, 0.1f);
        fill(dy, s.N * s.H, 0.01f);
    }
};

struct Gradients {
    doubles x, kernel, recurrent, bias;
};

double sigmoid(double value)
{
    return 1.0 / (1.0 + std::exp(-value));
}

/* ---- the reference: one row at a time, in double precision ---- */

class Reference
{
  public:
    explicit Reference(const Problem &p)
        : p_(p), T_(size_t(p.shape.T)), N_(size_t(p.shape.N)), H_(size_t(p.shape.H)), G_(4 * H_)
    {
    }

    Gradients run()
    {
        g_ = {doubles(T_ * N_ * H_), doubles(H_ * G_), doubles(H_ * G_), doubles(G_)};
        for (size_t row = 0; row < N_; row++) {
            forward(row);
            backward(row);
        }
        return g_;
    }

  private:
    const float *input(size_t t, size_t row) const
    {
        return &p_.x[(t * N_ + row) * H_];
    }

    /* h_ and c_ [T + 1, H] start with the zero state; gates_ [T, 4H] are kept activated. */
    void forward(size_t row)
    {
        h_.assign((T_ + 1) * H_, 0.0);
        c_.assign((T_ + 1) * H_, 0.0);
        gates_.assign(T_ * G_, 0.0);
        for (size_t t = 0; t < T_; t++) {
            double *z = &gates_[t * G_];
            for (size_t k = 0; k < G_; k++) {
                z[k] = p_.bias[k];
                for (size_t j = 0; j < H_; j++)
                    z[k] += double(input(t, row)[j]) * p_.kernel[j * G_ + k] +
                            h_[t * H_ + j] * p_.recurrent[j * G_ + k];
                z[k] = k / H_ == 2 ? std::tanh(z[k]) : sigmoid(z[k]);
            }
            for (size_t u = 0; u < H_; u++) {
                c_[(t + 1) * H_ + u] = z[H_ + u] * c_[t * H_ + u] + z[u] * z[2 * H_ + u];
                h_[(t + 1) * H_ + u] = z[3 * H_ + u] * std::tanh(c_[(t + 1) * H_ + u]);
            }
        }
    }

    void backward(size_t row)
    {
        doubles dh(p_.dy.begin() + long(row * H_), p_.dy.begin() + long((row + 1) * H_));
        doubles dc(H_, 0.0), dz(G_);
        for (size_t t = T_; t-- > 0;) {
            const double *z = &gates_[t * G_];
            for (size_t u = 0; u < H_; u++) {
                const double i = z[u], f = z[H_ + u], g = z[2 * H_ + u], o = z[3 * H_ + u];
                const double tanh_c = std::tanh(c_[(t + 1) * H_ + u]);
                dc[u] += dh[u] * o * (1.0 - tanh_c * tanh_c);
                dz[u] = dc[u] * g * i * (1.0 - i);
                dz[H_ + u] = dc[u] * c_[t * H_ + u] * f * (1.0 - f);
                dz[2 * H_ + u] = dc[u] * i * (1.0 - g * g);
                dz[3 * H_ + u] = dh[u] * tanh_c * o * (1.0 - o);
                dc[u] *= f;
            }
            accumulate(t, row, dz, dh);
        }
    }

    /* Adds one step's gradients; dh becomes that of the step before. */
    void accumulate(size_t t, size_t row, const doubles &dz, doubles &dh)
    {
        std::fill(dh.begin(), dh.end(), 0.0);
        for (size_t k = 0; k < G_; k++) {
            g_.bias[k] += dz[k];
            for (size_t j = 0; j < H_; j++) {
                g_.kernel[j * G_ + k] += input(t, row)[j] * dz[k];
                g_.recurrent[j * G_ + k] += h_[t * H_ + j] * dz[k];
                g_.x[(t * N_ + row) * H_ + j] += p_.kernel[j * G_ + k] * dz[k];
                dh[j] += p_.recurrent[j * G_ + k] * dz[k];
            }
        }
    }

    const Problem &p_;
    const size_t T_, N_, H_, G_;
    Gradients g_;
    doubles h_, c_, gates_;
};

/* ---- oneDNN ---- */

/* Temporary memory is the caller's: the library's own belongs to the thread that made the
 * primitive. */
dnnl::primitive_attr own_scratchpad()
{
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

/* The constructors of primitive descriptors changed their form with oneDNN 3. */
template <typename Primitive, typename... Arguments>
typename Primitive::primitive_desc describe(const dnnl::engine &engine,
                                            const Arguments &...arguments)
{
#if DNNL_VERSION_MAJOR < 3
    return {typename Primitive::desc(arguments...), own_scratchpad(), engine};
#else
    return {engine, arguments..., own_scratchpad()};
#endif
}

template <typename Primitive, typename Hint, typename... Arguments>
typename Primitive::primitive_desc describe_backward(const dnnl::engine &engine, const Hint &hint,
                                                     const Arguments &...arguments)
{
#if DNNL_VERSION_MAJOR < 3
    return {typename Primitive::desc(arguments...), own_scratchpad(), engine, hint};
#else
    return {engine, arguments..., hint, own_scratchpad()};
#endif
}

class OneDnnLstm
{
  public:
    OneDnnLstm(const dnnl::engine &engine, const Problem &p, const Way &way)
        : engine_(engine), stream_(engine), shape_(p.shape)
    {
        describe_both(way);
        make_inputs(p);
        make_results(p);
    }

    /* One batch, forward and backward. Weight gradients are added to, so a step clears them. */
    void step()
    {
        for (memory &gradient : weight_gradients_)
            std::memset(gradient.get_data_handle(), 0, gradient.get_desc().get_size());
        forward_.execute(stream_, forward_arguments_);
        backward_.execute(stream_, backward_arguments_);
        stream_.wait();
    }

    Gradients gradients()
    {
        const Shape s = shape_;
        return {read(backward_arguments_.at(DNNL_ARG_DIFF_SRC_LAYER), layer(s.T)),
                read(weight_gradients_[0], weights(memory::format_tag::ldigo)),
                read(weight_gradients_[1], weights(memory::format_tag::ldigo)),
                read(weight_gradients_[2], bias())};
    }

  private:
    static memory::desc describe_floats(const memory::dims &dims, memory::format_tag tag)
    {
        return {dims, memory::data_type::f32, tag};
    }

    memory::desc layer(memory::dim steps) const
    {
        return describe_floats({steps, shape_.N, shape_.H}, memory::format_tag::tnc);
    }

    memory::desc state() const
    {
        return describe_floats({1, 1, shape_.N, shape_.H}, memory::format_tag::ldnc);
    }

    memory::desc weights(memory::format_tag tag) const
    {
        return describe_floats({1, 1, shape_.H, GATES, shape_.H}, tag);
    }

    memory::desc bias() const
    {
        return describe_floats({1, 1, GATES, shape_.H}, memory::format_tag::ldgo);
    }

    void describe_both(const Way &way)
    {
        const auto direction = dnnl::rnn_direction::unidirectional_left2right;
        const memory::desc sequence = layer(shape_.T), none;
        const memory::desc forward_weights = weights(way.forward);
        const memory::desc backward_weights = weights(way.backward);
        const memory::desc gradients = weights(memory::format_tag::any);
        forward_description_ = describe<dnnl::lstm_forward>(
            engine_, dnnl::prop_kind::forward_training, direction, sequence, state(), state(),
            forward_weights, forward_weights, bias(), sequence, none, none);
        backward_description_ = describe_backward<dnnl::lstm_backward>(
            engine_, forward_description_, dnnl::prop_kind::backward, direction, sequence, state(),
            state(), backward_weights, backward_weights, bias(), sequence, none, none, sequence,
            state(), state(), gradients, gradients, bias(), sequence, none, none);
        forward_ = dnnl::lstm_forward(forward_description_);
        backward_ = dnnl::lstm_backward(backward_description_);
    }

    /* Memory of a layout, filled from plain values, or with zeros. */
    memory make(const memory::desc &wanted, const memory::desc &plain, const floats &values)
    {
        memory source(plain, engine_), result(wanted, engine_);
        std::memcpy(source.get_data_handle(), values.data(), values.size() * sizeof(float));
        dnnl::reorder(source, result).execute(stream_, source, result);
        stream_.wait();
        return result;
    }

    memory zeros(const memory::desc &wanted)
    {
        memory result(wanted, engine_);
        std::memset(result.get_data_handle(), 0, wanted.get_size());
        return result;
    }

    doubles read(memory from, const memory::desc &plain)
    {
        memory to(plain, engine_);
        dnnl::reorder(from, to).execute(stream_, from, to);
        stream_.wait();
        const float *values = static_cast<const float *>(to.get_data_handle());
        return doubles(values, values + plain.get_size() / sizeof(float));
    }

    void make_inputs(const Problem &p)
    {
        const memory::desc plain = weights(memory::format_tag::ldigo);
        forward_arguments_ = {
            {DNNL_ARG_SRC_LAYER, make(layer(shape_.T), layer(shape_.T), p.x)},
            {DNNL_ARG_SRC_ITER, zeros(state())},
            {DNNL_ARG_SRC_ITER_C, zeros(state())},
            {DNNL_ARG_WEIGHTS_LAYER,
             make(forward_description_.weights_layer_desc(), plain, p.kernel)},
            {DNNL_ARG_WEIGHTS_ITER,
             make(forward_description_.weights_iter_desc(), plain, p.recurrent)},
            {DNNL_ARG_BIAS, make(bias(), bias(), p.bias)},
            {DNNL_ARG_DST_LAYER, zeros(layer(shape_.T))},
            {DNNL_ARG_WORKSPACE, memory(forward_description_.workspace_desc(), engine_)},
        };
        backward_arguments_ = forward_arguments_;
        forward_arguments_[DNNL_ARG_SCRATCHPAD] =
            memory(forward_description_.scratchpad_desc(), engine_);
        backward_arguments_[DNNL_ARG_SCRATCHPAD] =
            memory(backward_description_.scratchpad_desc(), engine_);
        backward_arguments_[DNNL_ARG_WEIGHTS_LAYER] =
            make(backward_description_.weights_layer_desc(), plain, p.kernel);
        backward_arguments_[DNNL_ARG_WEIGHTS_ITER] =
            make(backward_description_.weights_iter_desc(), plain, p.recurrent);
    }

    void make_results(const Problem &p)
    {
        floats last_only(size_t(shape_.T * shape_.N * shape_.H));
        std::copy(p.dy.begin(), p.dy.end(), last_only.end() - long(p.dy.size()));
        weight_gradients_ = {zeros(backward_description_.diff_weights_layer_desc()),
                             zeros(backward_description_.diff_weights_iter_desc()), zeros(bias())};
        backward_arguments_.insert({
            {DNNL_ARG_DIFF_DST_LAYER, make(layer(shape_.T), layer(shape_.T), last_only)},
            {DNNL_ARG_DIFF_SRC_LAYER, zeros(layer(shape_.T))},
            {DNNL_ARG_DIFF_SRC_ITER, zeros(state())},
            {DNNL_ARG_DIFF_SRC_ITER_C, zeros(state())},
            {DNNL_ARG_DIFF_WEIGHTS_LAYER, weight_gradients_[0]},
            {DNNL_ARG_DIFF_WEIGHTS_ITER, weight_gradients_[1]},
            {DNNL_ARG_DIFF_BIAS, weight_gradients_[2]},
        });
    }

    dnnl::engine engine_;
    dnnl::stream stream_;
    Shape shape_;
    dnnl::lstm_forward::primitive_desc forward_description_;
    dnnl::lstm_backward::primitive_desc backward_description_;
    dnnl::lstm_forward forward_;
    dnnl::lstm_backward backward_;
    std::unordered_map<int, memory> forward_arguments_, backward_arguments_;
    std::vector<memory> weight_gradients_; /* kernel, recurrent kernel, bias */
};

/* ---- measuring ---- */

using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point start)
{
    return std::chrono::duration<double>(clock_type::now() - start).count();
}

/* Largest difference, relative to the largest value. */
double difference(const doubles &left, const doubles &right)
{
    double largest = 0.0, error = 0.0;
    for (size_t i = 0; i < left.size(); i++) {
        largest = std::max(largest, std::fabs(right[i]));
        error = std::max(error, std::fabs(left[i] - right[i]));
    }
    return error / largest;
}

/* The rows of one thread's part of every batch: so many full ones and one last, smaller one. */
class Part
{
  public:
    Part(const dnnl::engine &engine, Shape full, memory::dim last_rows, const Way &way)
        : full_(engine, Problem(full), way)
    {
        if (last_rows > 0)
            last_.reset(new OneDnnLstm(engine, Problem({full.T, last_rows, full.H}), way));
    }

    void run(memory::dim batches)
    {
        for (memory::dim batch = 0; batch < batches; batch++)
            full_.step();
        if (last_)
            last_->step();
    }

  private:
    OneDnnLstm full_;
    std::unique_ptr<OneDnnLstm> last_;
};

/* ROWS rows in batches of `shape`, computed in one way. */
class Epoch
{
  public:
    Epoch(const dnnl::engine &engine, memory::dim rows, Shape shape, const Way &way, int threads)
        : batches_(rows / shape.N), onednn_threads_(way.cut ? 1 : threads)
    {
        const int count = way.cut ? threads : 1;
        omp_set_num_threads(onednn_threads_);
        for (int part = 0; part < count; part++) {
            const auto share = [&](memory::dim n) {
                return n * (part + 1) / count - n * part / count;
            };
            const Shape mine = {shape.T, share(shape.N), shape.H};
            error_ = std::max(error_, gradient_error(engine, mine, way));
            parts_.emplace_back(new Part(engine, mine, share(rows % shape.N), way));
        }
    }

    /* Largest relative error of the gradients, measured on short sequences. */
    double error() const
    {
        return error_;
    }

    double run()
    {
        return run(batches_);
    }

    double run(memory::dim batches)
    {
        const auto start = clock_type::now();
        std::vector<std::thread> threads;
        for (const std::unique_ptr<Part> &part : parts_)
            threads.emplace_back([&] {
                omp_set_num_threads(onednn_threads_);
                part->run(batches);
            });
        for (std::thread &thread : threads)
            thread.join();
        return seconds_since(start);
    }

  private:
    static double gradient_error(const dnnl::engine &engine, Shape shape, const Way &way)
    {
        const Problem problem({std::min<memory::dim>(shape.T, 20), shape.N, shape.H});
        OneDnnLstm lstm(engine, problem, way);
        lstm.step();
        lstm.step(); /* a second one must not add to the first */
        const Gradients ours = lstm.gradients(), expected = Reference(problem).run();
        return std::max({difference(ours.x, expected.x), difference(ours.kernel, expected.kernel),
                         difference(ours.recurrent, expected.recurrent),
                         difference(ours.bias, expected.bias)});
    }

    memory::dim batches_;
    int onednn_threads_;
    double error_ = 0.0;
    std::vector<std::unique_ptr<Part>> parts_;
};

/* The way whose batches take least, best of five tries, among those with the right gradients. */
const Way *fastest_way(const dnnl::engine &engine, Shape shape, int threads)
{
    constexpr double TOLERANCE = 1e-4;
    constexpr int TRIES = 5, BATCHES = 4;
    const Way *best = nullptr;
    double best_seconds = HUGE_VAL;
    for (const Way &way : WAYS) {
        Epoch epoch(engine, shape.N * BATCHES, shape, way, threads);
        epoch.run(1);
        double seconds = HUGE_VAL;
        for (int tries = 0; tries < TRIES; tries++)
            seconds = std::min(seconds, epoch.run());
        std::fprintf(stderr, "onednn_lstm: %s: %.1f ms a batch, gradient error %.1e\n", way.name,
                     seconds * 1e3 / BATCHES, epoch.error());
        if (epoch.error() < TOLERANCE && seconds < best_seconds) {
            best = &way;
            best_seconds = seconds;
        }
    }
    return best;
}

void serve(Epoch &epoch, const Way &way)
{
    const dnnl_version_t *version = dnnl_version();
    std::printf("{\"version\":\"%d.%d.%d\",\"way\":\"%s\",\"gradient_error\":%.2e}\n",
                version->major, version->minor, version->patch, way.name, epoch.error());
    std::fflush(stdout);
    epoch.run(1);
    for (std::string line; std::getline(std::cin, line);) {
        std::printf("{\"seconds\":%.6f}\n", epoch.run());
        std::fflush(stdout);
    }
}

/* The arguments as positive numbers; empty if they are not. */
std::vector<long> parse_arguments(int argc, char **argv)
{
    std::vector<long> numbers;
    for (int i = 1; i < argc; i++)
        numbers.push_back(std::strtol(argv[i], nullptr, 10));
    const bool positive = std::all_of(numbers.begin(), numbers.end(), [](long n) { return n > 0; });
    return positive && numbers.size() == 5 ? numbers : std::vector<long>();
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<long> numbers = parse_arguments(argc, argv);
    if (numbers.empty()) {
        std::fputs("usage: onednn_lstm ROWS BATCH_SIZE MAXLEN UNITS THREADS\n", stderr);
        return 2;
    }
    try {
        const Shape shape = {numbers[2], numbers[1], numbers[3]};
        const int threads = int(std::min(numbers[4], shape.N));
        const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
        const Way *way = fastest_way(engine, shape, threads);
        if (!way) {
            std::fputs("onednn_lstm: no way gives the right gradients\n", stderr);
            return 1;
        }
        Epoch epoch(engine, numbers[0], shape, *way, threads);
        serve(epoch, *way);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "onednn_lstm: %s\n", e.what());
        return 1;
    }
    return 0;
}
